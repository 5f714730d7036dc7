/** Server-sent events as a test reads them. */
export interface SseEvent {
  readonly name: string;
  readonly id: string | null;
  readonly data: string;
}

export interface SseReader {
  /** The next event of this name (any, when none is given); rejects when the stream ends or nothing comes in time. */
  next(name?: string): Promise<SseEvent>;
  close(): Promise<void>;
}

const WAIT_MS = 3_000;

export function readEvents(body: ReadableStream<Uint8Array>): SseReader {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let text = "";
  const take = (): SseEvent | null => {
    const end = text.indexOf("\n\n");
    if (end === -1) return null;
    const lines = text.slice(0, end).split("\n");
    text = text.slice(end + 2);
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
    return { name: field("event") ?? "message", id: field("id"), data: field("data") ?? "" };
  };
  return {
    async next(name) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Error(`No event ${name ?? ""} within ${WAIT_MS} ms`)), WAIT_MS);
      try {
        for (;;) {
          for (let event = take(); event; event = take()) {
            if (event.data !== "" && (!name || event.name === name)) return event;
          }
          const { value, done } = await Promise.race([reader.read(), late.promise]);
          if (done) throw new Error("The stream has ended");
          text += value;
        }
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => reader.cancel(),
  };
}
