import { define } from "../define.ts";

/** How many streams are open, for tests that leave one. */
export const streams = { open: 0 };

export const handler = define.handlers({
  HEAD: () => new Response(null, { headers: { "content-type": "text/event-stream" } }),
  GET() {
    let timer: ReturnType<typeof setInterval> | undefined;
    let n = 0;
    const body = new ReadableStream<Uint8Array>({
      start(out) {
        streams.open++;
        timer = setInterval(() => out.enqueue(new TextEncoder().encode(`data: ${++n}\n\n`)), 20);
      },
      cancel() {
        streams.open--;
        clearInterval(timer);
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  },
});
