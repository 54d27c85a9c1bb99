"use strict";

// Values are only inserted as text: nothing here writes HTML.
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const byId = (id) => document.getElementById(id);
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

function size(bytes) {
  let unit = 0;
  for (; bytes >= 1024 && unit < UNITS.length - 1; unit += 1) bytes /= 1024;
  return `${unit ? bytes.toFixed(1) : bytes} ${UNITS[unit]}`;
}

function time(text) {
  if (text === null) return "never";
  return make("time", { datetime: text }, text.replace("T", " ").replace(/\.\d+Z$/, " UTC"));
}

function facts(pairs) {
  const rows = pairs.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  return make("dl", { class: "facts" }, ...rows);
}

function table(caption, columns, rows, nothing) {
  if (!rows.length) return make("p", { class: "none" }, nothing);
  const heads = columns.map(([name, kind]) => make("th", { scope: "col", class: kind ?? "" }, name));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell, place) =>
    make("td", { class: columns[place][1] ?? "", "data-label": columns[place][0] }, cell))));
  return make("table", { "aria-label": caption },
    make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
}

function account(each) {
  const pairs = [["Password", make("code", {}, each.password)]];
  if (each.totpSecret) pairs.push(["TOTP secret", make("code", {}, each.totpSecret)]);
  pairs.push(["Plan", each.plan], ["Stored", `${size(each.used)} of ${size(each.quota)}, ${each.count} uploads and pins`]);
  return make("article", { class: "card" }, make("h3", {}, each.email), facts(pairs));
}

function cid(each) {
  const code = make("code", {}, each.cid);
  return each.path ? make("a", { href: each.path }, code) : code;
}

function uploads(accounts) {
  const rows = accounts.flatMap((owner) => owner.uploads.map((each) => [
    each.name || "(no name)", cid(each), size(each.size), time(each.created), time(each.expires), owner.email,
  ]));
  return table("Uploads and pins", [["Name"], ["CID"], ["Size", "number"], ["Since"], ["Until"], ["Account"]], rows,
    "Nothing is uploaded or pinned yet.");
}

function tokens(accounts) {
  const rows = accounts.flatMap((owner) => owner.tokens.map((each) => [
    each.name, each.scopes.join(", "), time(each.lastUsed), time(each.expires), owner.email,
  ]));
  return table("API tokens", [["Name"], ["Scopes"], ["Last used"], ["Until"], ["Account"]], rows, "There are no tokens.");
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function part(label, text, otherwise) {
  if (text === "") return [make("p", { class: "label" }, `${label}: empty`)];
  if (text === null) return [make("p", { class: "label" }, `${label}: ${otherwise}`)];
  return [make("p", { class: "label" }, label), make("pre", { tabindex: "0", "aria-label": label }, pretty(text))];
}

function request(each) {
  const kind = each.status === null || each.status >= 500 ? "bad" : each.status >= 400 ? "warn" : "good";
  const query = new URLSearchParams(each.query).toString();
  const summary = make("summary", {},
    make("span", { class: kind }, each.status === null ? "cut" : String(each.status)),
    make("span", {}, each.method),
    make("code", {}, query ? `${each.path}?${query}` : each.path),
    time(each.at));
  return make("details", {}, summary, make("div", {},
    ...part(`Request body (${size(each.size)})`, each.body, "not kept whole"),
    ...part("Answer’s body", each.answer, "not kept whole")));
}

// A part is rebuilt only if it changed, so that focus, selection and open details are kept.
const shown = new Map();
function put(id, data, render) {
  const text = JSON.stringify(data);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  byId(id).replaceChildren(...render(data));
}

// A request is identified by its time, and by the number of requests before it.
const rendered = new Map();
function putRequests(list, arrived) {
  const wanted = list.map((each, place) => {
    const key = `${arrived - place} ${each.at} ${each.path}`;
    if (!rendered.has(key)) rendered.set(key, request(each));
    return [key, rendered.get(key)];
  });
  const keys = new Set(wanted.map(([key]) => key));
  for (const [key, element] of rendered) {
    if (!keys.has(key)) { element.remove(); rendered.delete(key); }
  }
  const parent = byId("request-list");
  if (!wanted.length) {
    if (!parent.querySelector(".none")) parent.replaceChildren(make("p", { class: "none" }, "Nothing has arrived yet."));
    return;
  }
  parent.querySelector(".none")?.remove();
  // Only new elements are inserted: an element that is moved would lose the focus.
  wanted.forEach(([, element], place) => {
    if (parent.children[place] !== element) parent.insertBefore(element, parent.children[place] ?? null);
  });
}

function say(text, isLost) {
  if (byId("live").textContent !== text) byId("live").textContent = text;
  document.querySelector(".status").classList.toggle("lost", isLost);
}

function show(state) {
  put("base-url", `${location.origin}/api/v3`, (text) => [text]);
  put("api-key", state.apiKey, (text) => [text]);
  put("now", state.now.replace(/\.\d+Z$/, "Z"), (text) => [time(text.replace("Z", ".0Z"))]);
  put("faults", state.faults, (count) => [count ? String(count) : "none"]);
  put("account-list", state.accounts.map(({ uploads: _, tokens: __, ...rest }) => rest), (list) => list.map(account));
  put("upload-list", state.accounts.map((each) => ({ email: each.email, uploads: each.uploads })), (list) => [uploads(list)]);
  put("token-list", state.accounts.map((each) => ({ email: each.email, tokens: each.tokens })), (list) => [tokens(list)]);
  putRequests(state.requests, state.arrived);
}

async function refresh() {
  try {
    const answer = await fetch("/__sandbox/state", { cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
    say("Live: this page updates by itself.", false);
  } catch {
    say("The sandbox does not answer; this is its last known state.", true);
  }
  setTimeout(refresh, 1000);
}

refresh();
