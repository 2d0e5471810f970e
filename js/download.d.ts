/**
 * Downloading large files in the browser: streamed to the origin's private file system (OPFS), resumed, verified, cached.
 * It works in a page and in a Worker. Errors are FoveaErrors; those that only this module has are
 *
 *  - "network": the server cannot be reached, answers with an error, or the connection broke four times without a byte gained;
 *    what has arrived is kept, and the next call goes on from there;
 *  - "integrity": the file is not the one that `integrity` names; it has been deleted.
 *
 * "storage" means that there is no space for the file, or that the browser does not let it be written.
 */

export interface DownloadOptions {
  /** Cancels: the promise rejects with the signal's reason, and what has arrived is kept for the next call. */
  signal?: AbortSignal;
  /** Called ten times a second at most, and once at the end of a download that succeeds. */
  onProgress?: (progress: DownloadProgress) => void;
  /** The file's digest as in the `integrity` attribute of HTML, "sha256-" and base64; of SHA-2 only this one. A file that
   * lies in the cache and has it is taken without a request. */
  integrity?: string;
  /** Whether the file is stored, default true: false keeps it out of OPFS and of what is there. `maximum` is how many bytes all
   * stored files may take, default 1 GiB: those used least recently are dropped for a new one, but never the new one itself. */
  cache?: boolean | { maximum?: number };
  /** In place of the global fetch, as for credentials. Its init has `headers` (a Headers), `signal` and `cache`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface DownloadProgress {
  /** Bytes of the file that are here, those of earlier calls and of the cache among them. */
  loaded: number;
  /** Bytes of the whole file; undefined while the server has not said, as where it compresses. */
  total: number | undefined;
  /** Over the last seconds. */
  bytesPerSecond: number;
  /** Whether nothing was transferred, for the file was stored. */
  cached: boolean;
}

/** A file that is stored, whole or in part. */
export interface StoredDownload {
  url: string;
  /** Bytes that are stored. */
  size: number;
  /** Bytes of the whole file, if known. */
  total: number | undefined;
  complete: boolean;
  /** When a download of it last began or was answered from the cache. */
  used: Date;
  /** The digest it was verified with, if any. */
  integrity: string | undefined;
}

/**
 * Fetches a file, or takes it from the cache. Where OPFS can be used, the answer is streamed into it and a File that lies on the
 * disk is returned, whose bytes take memory only when they are read, and only those; in other places it is made of the browser's
 * Blobs. Either way JavaScript never holds more than 8 MiB of it. A stored File stays readable until it is dropped, forgotten or
 * replaced by a newer version: read it soon, and call again rather than keep it.
 *
 * A part can be continued where the server sends a strong ETag or Last-Modified, and does not compress; another origin must
 * expose Content-Range (Access-Control-Expose-Headers), and should ETag. Otherwise the file is downloaded from its beginning.
 *
 * A file without `integrity` that is stored is revalidated with the server, and used as it is where the server cannot be reached.
 * Calls for the same file at the same time, also in several tabs, share one download.
 */
export function download(url: string | URL, options?: DownloadOptions): Promise<File>;

/** Deletes what is stored of a file, after a download of it that runs. */
export function forget(url: string | URL): Promise<void>;

/** What is stored, the most recently used first; empty where nothing can be. */
export function cached(): Promise<StoredDownload[]>;
