// @ts-check
const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with its text and children. Text goes in as text: whatever a website called its event, it is never markup here.
 *
 * @param {string} name
 * @param {Record<string, string | number | boolean | undefined>} [attributes]
 * @param {...(Node | string | undefined)} children
 */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. @type {typeof h} */
export function svg(name, attributes = {}, ...children) {
  return /** @type {never} */ (fill(document.createElementNS(SVG, name), attributes, children));
}

/** @template {Element} E @param {E} element @param {Record<string, string | number | boolean | undefined>} attributes @param {(Node | string | undefined)[]} children */
function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(key, String(value));
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement & HTMLInputElement} */ (document.getElementById(id));
}

/** @param {string} url */
export async function getJson(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error((await answer.json().catch(() => undefined))?.message ?? `The server answered ${answer.status}.`);
  return answer.json();
}
