// Package train trains networks: optimisers, the plan of a step, the loop around it, and what keeps weights safe.
package train
