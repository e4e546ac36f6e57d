// The page's data and language, and small builders of elements: texts never become markup.

const data = JSON.parse(document.getElementById("ecogis-data").textContent);
let language = data.language;

/** Return a text in the page's language, its {n} filled. */
function say(text, n) {
  if (text === null || text === undefined) return "";
  const said = typeof text === "object" ? text[language] : String(text);
  return n === undefined ? said : said.replace("{n}", () => say(n));
}

/** Return one of the page's own words. */
function word(section, key, n) {
  return say(data.words[section][key], n);
}

/** Build an element; a key that starts with "on" listens, null children are left out. */
function el(tag, settings = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(settings)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") element.textContent = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Build an SVG element. */
function svg(tag, settings = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(settings)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Build the sign of a class: an area, a line or a point as the map draws it. */
function swatch(rule, kind) {
  const dash = rule.dash ? rule.dash.join(" ") : null;
  const picture = svg("svg", { class: "swatch", width: 22, height: 14, "aria-hidden": "true" });
  if (kind === "Line") {
    picture.append(svg("line", {
      x1: 1, x2: 21, y1: 7, y2: 7, stroke: rule.line || rule.fill,
      "stroke-width": Math.max(1.5, Math.min(rule.width, 6)),
      "stroke-dasharray": dash, "stroke-opacity": rule.opacity,
    }));
    return picture;
  }
  const look = {
    fill: rule.fill || "none", "fill-opacity": rule.opacity, stroke: rule.line,
    "stroke-width": rule.line ? Math.min(rule.width, 2.5) : 0, "stroke-dasharray": dash,
    "stroke-opacity": rule.fill ? 1 : rule.opacity,
  };
  if (kind === "Point") {
    picture.append(svg("circle", { cx: 11, cy: 7, r: Math.min(rule.radius, 6), ...look }));
    return picture;
  }
  picture.append(svg("rect", { x: 2, y: 1.5, width: 18, height: 11, rx: 2, ...look }));
  if (rule.hatch) {
    picture.append(svg("path", {
      d: "M5 12.5 L14 1.5 M10 12.5 L19 1.5", stroke: data.colours.muted, fill: "none",
    }));
  }
  return picture;
}

/** Tell whether the page is laid out for a narrow screen. */
function isNarrow() {
  return window.matchMedia("(max-width: 760px)").matches;
}
