/** Whether the main thread lives: it answers. */
import { define } from "../web/define.ts";

export const handler = define.handlers({ GET: () => Response.json({ live: true }) });
