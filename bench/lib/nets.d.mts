import type { Net } from "./layers.mjs";

export function mnist(size: number): Net;
export const cifar: Net;
export const squeezenet: Net;
export const resnet18: Net;
export const resnet20: Net;
