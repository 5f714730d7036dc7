/** What happens when something throws: default answers, error pages and their scope, the page for 404. */
import { App, HttpError, page } from "fresh";
import { HttpError as RuntimeHttpError } from "fresh/runtime";
import assert from "node:assert/strict";
import { answerOf, ask, textOf, withErrorLog } from "./support.ts";

function failing<State = unknown>(error: unknown): App<State> {
  return new App<State>().get("/x", () => {
    throw error;
  });
}

Deno.test("errors: HttpError is one class in fresh and fresh/runtime, with an empty message by default", () => {
  assert.equal(HttpError, RuntimeHttpError);
  const error = new HttpError(404);
  assert.deepEqual([error.status, error.message, error instanceof Error], [404, "", true]);
  assert.equal(new HttpError(500, "why", { cause: 1 }).cause, 1);
});

Deno.test("errors: an HttpError gives its status and message, without one the name of the status", async () => {
  assert.equal(await answerOf(failing(new HttpError(403, "not yours")), "/x"), "403 not yours");
  assert.equal(await answerOf(failing(new HttpError(403)), "/x"), "403 Forbidden");
});

Deno.test("errors: others are logged and their text stays inside; HttpErrors are logged from 500 on", async () => {
  const cases: [error: unknown, answer: string, isLogged: boolean][] = [
    [new Error("secret"), "500 Internal server error", true],
    ["thrown text", "500 Internal server error", true],
    [new HttpError(500, "told"), "500 told", true],
    [new HttpError(503), "503 Service Unavailable", true],
    [new HttpError(451, "told"), "451 told", false],
  ];
  for (const [error, answer, isLogged] of cases) {
    const { result, logged } = await withErrorLog(() => answerOf(failing(error), "/x"));
    assert.equal(result, answer);
    assert.deepEqual(logged, isLogged ? [error] : []);
  }
});

Deno.test("error pages: the innermost scope wins, the status is kept", async () => {
  const app = new App()
    .onError("*", { component: () => <p>root</p> })
    .onError("/a", { component: ({ error }) => <p>{(error as Error).message}</p> });
  for (const path of ["/x", "/a/x"]) {
    app.get(path, () => {
      throw new HttpError(409, "inner");
    });
  }
  const [outer, inner] = [await ask(app, "/x"), await ask(app, "/a/x")];
  assert.deepEqual([outer.status, inner.status], [409, 409]);
  assert.match(await outer.text(), /<p>root<\/p>/);
  assert.match(await inner.text(), /<p>inner<\/p>/);
});

Deno.test("error pages: anything but an HttpError is a 500", async () => {
  const app = new App().onError("*", { component: () => <p>sorry</p> }).get("/x", () => {
    throw new Error("inner");
  });
  assert.equal((await ask(app, "/x")).status, 500);
});

Deno.test("error pages: a handler of the page answers as it likes", async () => {
  const app = new App().onError("*", (ctx) => ctx.text(`caught ${(ctx.error as Error).message}`, { status: 418 }));
  app.get("/x", () => {
    throw new Error("it");
  });
  assert.equal(await answerOf(app, "/x"), "418 caught it");
});

Deno.test("error pages: layouts and wrapper of their scope apply, those further inside do not", async () => {
  const app = new App()
    .appWrapper(({ Component }) => (
      <html>
        <body>
          <Component />
        </body>
      </html>
    ))
    .layout("*", ({ Component }) => (
      <main>
        <Component />
      </main>
    ))
    .onError("*", { component: () => <p>root</p> })
    .layout("/a", ({ Component }) => (
      <section>
        <Component />
      </section>
    ))
    .get("/a/x", () => {
      throw new HttpError(400);
    });
  assert.match(await textOf(app, "/a/x"), /<body><main><p>root<\/p><\/main><\/body>/);
});

Deno.test("error pages: one registered after a route does not apply to it", async () => {
  const app = failing(new HttpError(400, "bare")).onError("*", { component: () => <p>late</p> });
  assert.equal(await answerOf(app, "/x"), "400 bare");
});

Deno.test("error pages: one that throws itself ends as a plain answer", async () => {
  const app = new App().onError("*", () => {
    throw new Error("again");
  });
  app.get("/x", () => {
    throw new HttpError(400);
  });
  const { result } = await withErrorLog(() => answerOf(app, "/x"));
  assert.equal(result, "500 Internal server error");
});

Deno.test("error pages: they run outside the middlewares of their scope, whose headers are missing", async () => {
  const app = new App()
    .use(async (ctx) => {
      const response = await ctx.next();
      response.headers.set("x-guard", "on");
      return response;
    })
    .onError("*", { component: () => <p>error</p> })
    .get("/ok", () => new Response("ok"))
    .get("/403", () => {
      throw new HttpError(403);
    })
    .get("/500", () => {
      throw new Error("inner");
    });
  assert.equal((await ask(app, "/ok")).headers.get("x-guard"), "on");
  for (
    const [path, method, status] of [["/403", "GET", 403], ["/500", "GET", 500], ["/none", "GET", 404], [
      "/ok",
      "POST",
      405,
    ]] as const
  ) {
    const response = await ask(app, path, { method });
    assert.deepEqual([response.status, response.headers.get("x-guard")], [status, null], path);
  }
});

Deno.test("error pages: ctx.error is null for an unknown path unless the app has a root middleware", async () => {
  const bare = new App().onError("*", (ctx) => ctx.text(String(ctx.error === null)));
  assert.equal(await textOf(bare, "/none"), "true");
  const guarded = new App().use((ctx) => ctx.next()).onError("*", (ctx) => ctx.text(String(ctx.error === null)));
  assert.equal(await textOf(guarded, "/none"), "false");
});

Deno.test("notFound: takes unknown paths and thrown 404s before error pages, as 200 unless told", async () => {
  const app = new App()
    .onError("*", { component: () => <p>error page</p> })
    .notFound({ component: () => <p>lost</p> })
    .get("/thrown", () => {
      throw new HttpError(404);
    })
    .get("/other", () => {
      throw new HttpError(400);
    });
  for (const path of ["/unknown", "/thrown"]) {
    const response = await ask(app, path);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /<p>lost<\/p>/);
  }
  assert.match(await textOf(app, "/other"), /<p>error page<\/p>/);
});

Deno.test("notFound: a handler sets the status, and one registered late applies all the same", async () => {
  const app = new App().get("/thrown", () => {
    throw new HttpError(404);
  }).notFound({ handler: () => page({}, { status: 404 }), component: () => <p>lost</p> });
  assert.equal((await ask(app, "/thrown")).status, 404);
  assert.equal((await ask(app, "/unknown")).status, 404);
});

Deno.test("notFound: an error page alone keeps 404", async () => {
  const app = new App().onError("*", { component: () => <p>error page</p> });
  assert.equal((await ask(app, "/unknown")).status, 404);
});
