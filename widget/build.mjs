// Builds the chat widget into dist/: the loader, the panel under a hash of its sources, the locales
// and a manifest of them. `node build.mjs --check` writes nothing and fails where one is too heavy.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const BUDGET = { "widget.js": 3 * 1024, "panel.js": 25 * 1024 }; // gzipped
const KEPT = 3; // panels of earlier builds, for pages whose loader is a few minutes old

// Names of our own that never cross a border: not the wire, not the loader, not the DOM. Shortened.
const OWN = [
  "acknowledged", "agentAt", "alone", "announce", "announcer", "atEnd", "banner", "become", "behind", "busy", "came",
  "catalogue", "catchUp", "chosen", "client", "composer", "delivered", "dropOutgoing", "earlier", "ensure",
  "focusNext", "foot", "forgetSession", "goTo", "hear", "inside", "isOpen", "kept", "leads", "mailTranscript",
  "modal", "nameOf", "outbox", "outgoing", "owned", "pickFiles", "proveAgain", "pump", "readTo", "recover", "redraw",
  "refreshSoon", "renew", "restart", "retryNow", "saveNote", "saveOutgoing", "saveSession", "scroller", "sessions",
  "setState", "setTyping", "standing", "tabs", "toEnd", "told", "tray", "typing", "wake", "writes",
];

const files = (folder) =>
  readdirSync(join(HERE, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => /\.(js|json)$/.test(name))
    .sort();

const sources = [...files("src"), ...files("locales"), "build.mjs"];
const digest = createHash("sha256");
for (const name of sources) digest.update(`${name}\0`).update(readFileSync(join(HERE, name)));
const version = digest.digest("hex").slice(0, 12);
const panelPath = `widget/v1/${version}/panel.js`;

// esbuild leaves the text of templates as it is; styles are marked by a comment and minified here.
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [whole, css] of contents.matchAll(/\/\*\s*css\s*\*\/\s*`([^`$]*)`/g)) {
        const { code } = await transform(css, { loader: "css", minify: true });
        contents = contents.replace(whole, () => JSON.stringify(code.trim()));
      }
      return { contents, loader: "js" };
    });
  },
};

async function bundle(entry, format) {
  const result = await build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    define: { __PANEL__: JSON.stringify(`/${panelPath}`), __VERSION__: JSON.stringify(version) },
    mangleProps: new RegExp(`^(${OWN.join("|")})$`),
    plugins: [styles],
    logLevel: "warning",
    write: false,
  });
  return result.outputFiles[0].contents;
}

const panel = await bundle("src/panel.js", "esm");
const loader = await bundle("src/loader.js", "iife");
const sizes = { "widget.js": gzip(loader), "panel.js": gzip(panel) };
const heavy = Object.keys(sizes).filter((name) => sizes[name] > BUDGET[name]);
for (const name of Object.keys(sizes)) {
  const over = heavy.includes(name) ? ": too heavy" : "";
  console.log(`${name} ${sizes[name]} of ${BUDGET[name]} bytes gzipped${over}`);
}
if (process.argv.includes("--check")) process.exitCode = heavy.length ? 1 : 0;
else writeAll();

function gzip(contents) {
  return gzipSync(contents, { level: 9 }).length;
}

function integrity(contents) {
  return `sha384-${createHash("sha384").update(contents).digest("base64")}`;
}

function write(path, contents) {
  const full = join(HERE, "dist", path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, contents);
}

function writeAll() {
  forgetOldPanels();
  write(panelPath.replace(/^widget\//, ""), panel);
  write("widget.js", loader);
  for (const name of files("locales")) {
    write(name, JSON.stringify(JSON.parse(readFileSync(join(HERE, name), "utf8"))));
  }
  const made = {
    version,
    panel: `/${panelPath}`,
    integrity: { "widget.js": integrity(loader), "panel.js": integrity(panel) },
    gzip: sizes,
  };
  write("manifest.json", `${JSON.stringify(made, null, 1)}\n`); // last: what names it is there
}

function forgetOldPanels() {
  const folder = join(HERE, "dist", "v1");
  mkdirSync(folder, { recursive: true });
  readdirSync(folder)
    .filter((name) => name !== version)
    .sort((a, b) => statSync(join(folder, b)).mtimeMs - statSync(join(folder, a)).mtimeMs)
    .slice(KEPT)
    .forEach((name) => rmSync(join(folder, name), { recursive: true }));
}
