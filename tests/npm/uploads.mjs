// Uploads as programs in JavaScript send them: a Blob has no name of its own, a File has.
const [base, key] = process.argv.slice(2);

async function call(path, method = "GET", body = undefined) {
  const headers = { Authorization: `Bearer ${key}` };
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  const answer = await fetch(base + path, { method, headers, body });
  return { status: answer.status, body: await answer.json() };
}

function form(name, ...parts) {
  const fields = new FormData();
  fields.append("cl", "cl1-eu");
  for (const part of parts) fields.append(name, ...part);
  return fields;
}

const blob = await call("/files", "POST", form("file", [new Blob(["a blob"])]));
const file = new File(["a file"], 'ñ "1".txt', { type: "text/plain" });
const named = await call("/files", "POST", form("file", [file]));
const pieces = [
  [new Blob(["logo"]), "assets/ñ.svg"],
  [new Blob(["x"]), "x"],
];
const folder = await call("/files/directory-dag", "POST", form("files", ...pieces));
const old = form("files[0][content]", [new Blob(["x"]), "x"]);
const refused = await call("/files/directory-dag", "POST", old);
await call("/tokens/generate", "POST", JSON.stringify({ name: "a/b?c#d", permissions: ["read"] }));
const revoked = await call(
  `/tokens/revoke/${encodeURIComponent("a/b?c#d")}`,
  "DELETE",
  JSON.stringify({ totpCode: "012345" }),
);
console.log(JSON.stringify({ blob, named, folder, refused, revoked }));
