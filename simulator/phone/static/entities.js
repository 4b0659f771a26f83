"use strict";

// A message's text with its entities as DOM nodes: text goes in as text, never as HTML.

const PLAIN_TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const SAFE_LINK = /^(https?|tg|mailto):/i;

function entityNode(entity, covered, act) {
  if (entity.type in PLAIN_TAGS) return document.createElement(PLAIN_TAGS[entity.type]);
  if (entity.type === "spoiler") {
    const hidden = document.createElement("span");
    hidden.className = "spoiler";
    return hidden;
  }
  const target = entity.type === "text_link" ? entity.url : entity.type === "url" ? covered : null;
  const link = document.createElement("a");
  if (target !== null) {
    const whole = /^\w+:/.test(target) ? target : "https://" + target;
    if (!SAFE_LINK.test(whole)) return document.createElement("span");
    Object.assign(link, { href: whole, target: "_blank", rel: "noreferrer noopener" });
    return link;
  }
  if (entity.type !== "bot_command") return document.createElement("span");
  link.href = "#";
  link.addEventListener("click", (event) => { event.preventDefault(); act(covered); });
  return link;
}

// Entities come sorted by offset, the outer before the inner; offsets count UTF-16 units, as JavaScript does.
function formatted(text, entities, act) {
  const root = document.createElement("div");
  root.className = "text";
  fill(root, text, 0, text.length, [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length), act);
  return root;
}

function fill(parent, text, from, to, entities, act) {
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [outer, ...others] = rest;
    const end = Math.min(outer.offset + outer.length, to);
    if (outer.offset > at) parent.append(text.slice(at, outer.offset));
    const node = entityNode(outer, text.slice(outer.offset, end), act);
    const inside = others.filter((one) => one.offset < end);
    fill(node, text, Math.max(outer.offset, at), end, inside, act);
    parent.append(node);
    at = end;
    rest = others.filter((one) => one.offset >= end);
  }
  if (at < to) parent.append(text.slice(at, to));
}
