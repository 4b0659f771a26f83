"use strict";

const COMMANDS_THAT_WAIT = /^(story|sections|search|breaking|follow|unfollow|publish)$/;
const PAUSE_AFTER_LOSS = 1500;
const TOAST_FOR = 5000;
const phones = new Map();
let seen = 0;

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Phone": "1" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

class PhoneView {
  constructor(element) {
    element.append(document.getElementById("phone").content.cloneNode(true));
    this.element = element;
    this.log = element.querySelector(".messages");
    this.box = element.querySelector("textarea");
    this.drawn = new Map();
    this.replyTo = null;
    element.querySelector(".compose").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    element.querySelector(".replying button").addEventListener("click", () => this.reply(null));
    element.querySelector("input[type=file]").addEventListener("change", (event) => this.attach(event.target));
    this.box.addEventListener("input", () => this.grow());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    });
  }

  submit() {
    const text = this.box.value.trim();
    if (!text) return;
    this.say(text);
    this.box.value = "";
    this.grow();
  }

  say(text) {
    post("/phone/say", { user: this.user.id, text, reply_to: this.replyTo }).catch((error) => this.toast(error.message));
    this.reply(null);
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = this.box.scrollHeight + "px";
  }

  async attach(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const query = new URLSearchParams({ user: this.user.id, name: file.name, caption: this.box.value.trim() });
    const type = file.type || "application/octet-stream";
    await fetch("/phone/attach?" + query, { method: "POST", headers: { "Content-Type": type, "X-Phone": "1" }, body: file });
    this.box.value = "";
  }

  reply(message) {
    this.replyTo = message ? message.message_id : null;
    const bar = this.element.querySelector(".replying");
    bar.hidden = !message;
    bar.querySelector("span").textContent = message ? "↩ " + summary(message) : "";
    if (message) this.box.focus();
  }

  toast(text) {
    const toast = this.element.querySelector(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { toast.hidden = true; }, TOAST_FOR);
  }

  draw(view) {
    this.user = view.user;
    this.element.querySelector(".name").textContent = view.bot.first_name;
    this.element.querySelector(".role").textContent = `${view.user.first_name} · ${view.role}`;
    this.drawMenu(view.commands);
    this.drawMessages(view.messages);
  }

  drawMenu(commands) {
    const key = JSON.stringify(commands);
    if (key === this.menuKey) return;
    this.menuKey = key;
    const list = this.element.querySelector(".menu ul");
    list.replaceChildren(...commands.map((command) => this.menuLine(command)));
  }

  menuLine(command) {
    const line = document.createElement("li");
    const button = line.appendChild(document.createElement("button"));
    button.type = "button";
    button.dir = "auto";
    button.append(Object.assign(document.createElement("span"), { textContent: command.description }));
    button.append(Object.assign(document.createElement("code"), { textContent: "/" + command.command, dir: "ltr" }));
    button.addEventListener("click", () => {
      this.element.querySelector(".menu").open = false;
      if (!COMMANDS_THAT_WAIT.test(command.command)) return this.say("/" + command.command);
      this.box.value = `/${command.command} `;
      this.box.focus();
    });
    return line;
  }

  drawMessages(messages) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const present = new Set(messages.map((message) => message.message_id));
    for (const [id, old] of this.drawn) {
      if (!present.has(id)) { old.node.remove(); this.drawn.delete(id); }
    }
    for (const message of messages) this.drawMessage(message);
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  drawMessage(message) {
    const key = JSON.stringify(message);
    const old = this.drawn.get(message.message_id);
    if (old && old.key === key) return;
    const node = this.messageNode(message);
    if (old) old.node.replaceWith(node);
    else this.log.append(node);
    this.drawn.set(message.message_id, { key, node });
  }

  messageNode(message) {
    const node = document.createElement("article");
    node.className = message.from && message.from.id === this.user.id ? "message mine" : "message";
    node.dataset.message = message.message_id;
    const bubble = node.appendChild(document.createElement("div"));
    bubble.className = "bubble";
    if (message.reply_to_message) bubble.append(quoted(message.reply_to_message));
    bubble.append(...media(message));
    const text = message.text ?? message.caption ?? "";
    if (text) bubble.append(formatted(text, message.entities ?? message.caption_entities, (command) => this.say(command)));
    bubble.append(this.meta(message));
    if (message.reply_markup && message.reply_markup.inline_keyboard) node.append(this.keys(message));
    return node;
  }

  meta(message) {
    const meta = document.createElement("div");
    meta.className = "meta";
    const when = new Date(message.date * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    meta.append((message.edit_date ? "edited " : "") + when);
    const reply = meta.appendChild(document.createElement("button"));
    reply.type = "button";
    reply.textContent = "↩";
    reply.title = "Reply";
    reply.setAttribute("aria-label", "Reply");
    reply.addEventListener("click", () => this.reply(message));
    return meta;
  }

  keys(message) {
    const keys = document.createElement("div");
    keys.className = "keys";
    for (const row of message.reply_markup.inline_keyboard) {
      const line = keys.appendChild(document.createElement("div"));
      for (const key of row) line.append(this.key(message, key));
    }
    return keys;
  }

  key(message, key) {
    if (key.url) return Object.assign(document.createElement("a"), { textContent: key.text, href: key.url, target: "_blank", rel: "noreferrer noopener" });
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = key.text;
    button.addEventListener("click", () => {
      const pressed = { user: this.user.id, message_id: message.message_id, data: key.callback_data };
      post("/phone/press", pressed).catch((error) => this.toast(error.message));
    });
    return button;
  }
}

function summary(message) {
  return (message.text ?? message.caption ?? "…").split("\n")[0].slice(0, 80);
}

// The flag «عاجل» alone names no story: the first line that says more does.
function title(message) {
  const lines = (message.text ?? message.caption ?? "").split("\n");
  return (lines.find((line) => line.trim().length > 12) ?? summary(message)).slice(0, 80);
}

function quoted(message) {
  return Object.assign(document.createElement("div"), { className: "quoted", textContent: summary(message) });
}

function media(message) {
  if (message.photo) {
    const largest = message.photo[message.photo.length - 1];
    return [Object.assign(document.createElement("img"), { className: "photo", alt: "photo", src: "/phone/file/" + largest.file_id })];
  }
  const told = plain(message);
  return told ? [Object.assign(document.createElement("div"), { className: "file", textContent: told, dir: "auto" })] : [];
}

// What is neither text nor picture, in words.
function plain(message) {
  const kind = ["animation", "document", "video", "audio", "voice", "video_note", "sticker"].find((one) => message[one]);
  if (kind) return `📎 ${message[kind].file_name || kind}`;
  if (message.poll) return [`📊 ${message.poll.question}`, ...message.poll.options.map((option) => `○ ${option.text}`)].join("\n");
  if (message.venue) return `📍 ${message.venue.title}, ${message.venue.address}`;
  if (message.location) return `📍 ${message.location.latitude}, ${message.location.longitude}`;
  if (message.contact) return `👤 ${message.contact.first_name} ${message.contact.phone_number}`;
  return message.dice ? `${message.dice.emoji} ${message.dice.value}` : "";
}

function drawCalls(view) {
  document.getElementById("total").textContent = `${view.total} requests in all`;
  const lines = view.calls.map((call) => {
    const line = document.createElement("li");
    if (call.status !== 200) line.className = "bad";
    const at = new Date(call.at * 1000).toLocaleTimeString("en-GB");
    line.append(Object.assign(document.createElement("time"), { textContent: at }));
    line.append(`${call.method} → ${call.chat ?? "–"}`);
    if (call.status !== 200) line.append(`${call.status} ${call.outcome}`);
    return line;
  });
  document.getElementById("calls").replaceChildren(...lines);
}

// Stories are known by the buttons under their messages: `op:CODE` in a list, the others on a story's own card.
const OWN = /^(?:sl|re|st|se|fo):([A-Z0-9]{4,6})/;
const LISTED = /^op:([A-Z0-9]{4,6})/;
const NUMBER = /^[\u200e\u200f\s]*[\d٠-٩]+\.\s*/; // in a list

function codesOf(message, pattern) {
  const keys = (message.reply_markup?.inline_keyboard ?? []).flat();
  return [...new Set(keys.map((key) => pattern.exec(key.callback_data ?? "")?.[1]).filter(Boolean))];
}

function listedTitle(message, code) {
  const told = (message.text ?? "").split("\n\n").find((part) => part.includes(code)) ?? code;
  return told.split("\n")[0].replace(NUMBER, "").slice(0, 80);
}

function drawStories(view) {
  const listed = new Map();
  const shown = new Map();
  for (const message of view.phones.flatMap((phone) => phone.messages)) {
    const own = codesOf(message, OWN);
    if (own.length === 1) shown.set(own[0], title(message));
    for (const code of codesOf(message, LISTED)) listed.set(code, listedTitle(message, code));
  }
  // Those that nobody has got yet come first: they are the ones to break.
  const fresh = [...listed].filter(([code]) => !shown.has(code));
  offerStories([...fresh, ...shown]);
}

function offerStories(stories) {
  const select = document.getElementById("code");
  const key = JSON.stringify(stories);
  if (!stories.length || select.dataset.key === key) return;
  select.dataset.key = key;
  const chosen = select.value;
  select.replaceChildren(...stories.map(([code, name]) => new Option(`${code}  ${name}`, code)));
  if (select.dataset.touched && stories.some(([code]) => code === chosen)) select.value = chosen;
  turnToRead(select);
}

// A long headline is cut at its end, which in Arabic is on the left.
function turnToRead(select) {
  select.dir = /[\u0600-\u06ff]/.test(select.selectedOptions[0]?.text ?? "") ? "rtl" : "ltr";
}

document.getElementById("code").addEventListener("change", (event) => {
  event.target.dataset.touched = "yes";
  turnToRead(event.target);
});

document.getElementById("break").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = document.getElementById("code").value;
  if (code) phones.get("editor").say("/breaking " + code);
});

function draw(view) {
  document.title = view.title;
  for (const phone of view.phones) {
    if (!phones.has(phone.role)) phones.set(phone.role, new PhoneView(document.getElementById(phone.role)));
    phones.get(phone.role).draw({ ...phone, bot: view.bot });
    for (const answer of view.answers) {
      if (answer.chat_id === phone.user.id && answer.text) phones.get(phone.role).toast(answer.text);
    }
  }
  drawCalls(view);
  drawStories(view);
}

async function follow() {
  const lost = document.getElementById("lost");
  for (;;) {
    try {
      const answer = await fetch("/phone/view?after=" + seen);
      const view = await answer.json();
      lost.hidden = true;
      seen = view.seq;
      draw(view);
    } catch (error) {
      console.error(error);
      lost.hidden = false;
      seen = 0;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_LOSS));
    }
  }
}

follow();
