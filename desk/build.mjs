// Builds the desk into widget/dist/desk/: the page, its modules under a hash of their sources and a
// manifest of them. `node build.mjs --check` writes nothing and fails where the desk is too heavy.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const HERE = dirname(fileURLToPath(import.meta.url));
const WIDGET = join(HERE, "..", "widget"); // the desk shares its tools and some of its modules
const DIST = join(WIDGET, "dist", "desk");
const { build, transform } = createRequire(join(WIDGET, "package.json"))("esbuild");

const BUDGET = { first: 60 * 1024, all: 130 * 1024 }; // gzipped: to sign in, and every screen together
const KEPT = 3; // earlier builds, for pages that are open meanwhile

const files = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => /\.(js|json|svg|mjs)$/.test(name))
    .sort();

const sources = [
  ...files(join(HERE, "src")), ...files(join(HERE, "locales")), join(HERE, "build.mjs"),
  ...files(join(WIDGET, "src")), ...files(join(WIDGET, "locales")),
];
const digest = createHash("sha256");
for (const name of sources) digest.update(`${name.slice(HERE.length)}\0`).update(readFileSync(name));
const version = digest.digest("hex").slice(0, 12);

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

const made = await build({
  absWorkingDir: HERE,
  entryPoints: { main: "src/main.js" },
  outdir: "out",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  chunkNames: "[name]-[hash]",
  define: { __VERSION__: JSON.stringify(version), __PANEL__: '""' },
  plugins: [styles],
  logLevel: "warning",
  metafile: true,
  write: false,
});
const assets = Object.fromEntries(made.outputFiles.map(({ path, contents }) => [basename(path), contents]));
assets["icon.svg"] = readFileSync(join(HERE, "src", "icon.svg"));

const weight = Object.fromEntries(Object.entries(assets).map(([name, contents]) => [name, gzip(contents)]));
const sum = (names) => names.reduce((total, name) => total + weight[name], 0);
const sizes = { first: sum(firstFiles()), all: sum(Object.keys(weight)) };
const heavy = Object.keys(sizes).filter((name) => sizes[name] > BUDGET[name]);
for (const name of Object.keys(sizes)) {
  const over = heavy.includes(name) ? ": too heavy" : "";
  console.log(`desk ${name} ${sizes[name]} of ${BUDGET[name]} bytes gzipped${over}`);
}
if (process.argv.includes("--check")) process.exitCode = heavy.length ? 1 : 0;
else writeAll();

/** What the browser loads before anything is on the screen. */
function firstFiles() {
  const found = new Set(["main.js"]);
  for (const name of found) {
    const { imports } = made.metafile.outputs[`out/${name}`];
    for (const each of imports) if (each.kind === "import-statement") found.add(basename(each.path));
  }
  return [...found];
}

function gzip(contents) {
  return gzipSync(contents, { level: 9 }).length;
}

function integrity(contents) {
  return `sha384-${createHash("sha384").update(contents).digest("base64")}`;
}

function page() {
  const folder = `/desk/assets/${version}`;
  const preload = firstFiles().slice(1).map((name) => `<link rel="modulepreload" href="${folder}/${name}">`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>Desk</title>
<link rel="icon" href="${folder}/icon.svg" type="image/svg+xml">
${preload.join("\n")}
<script type="module" src="${folder}/main.js"></script>
</head>
<body><noscript>The desk needs JavaScript.</noscript></body>
</html>
`;
}

function write(path, contents) {
  const full = join(DIST, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, contents);
}

function writeAll() {
  forgetOldBuilds();
  for (const [name, contents] of Object.entries(assets)) write(`assets/${version}/${name}`, contents);
  write("index.html", page());
  const described = Object.entries(assets).map(([name, contents]) =>
    [name, { gzip: weight[name], integrity: integrity(contents) }]);
  const manifest = {
    version, entry: `/desk/assets/${version}/main.js`, gzip: sizes, files: Object.fromEntries(described),
  };
  write("manifest.json", `${JSON.stringify(manifest, null, 1)}\n`); // last: what it names is there
}

function forgetOldBuilds() {
  const folder = join(DIST, "assets");
  mkdirSync(folder, { recursive: true });
  readdirSync(folder)
    .filter((name) => name !== version)
    .sort((a, b) => statSync(join(folder, b)).mtimeMs - statSync(join(folder, a)).mtimeMs)
    .slice(KEPT)
    .forEach((name) => rmSync(join(folder, name), { recursive: true }));
}
