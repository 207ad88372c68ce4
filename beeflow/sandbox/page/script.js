// The page of the sandbox. Whatever the state holds is put into the page as text, never as HTML:
// titles and chat messages may be hostile.

const BASE = '/_sandbox';

const byId = (id) => document.getElementById(id);

/** Make an element: attributes, then children; texts become text nodes. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Make a button; `key` lets it keep the focus when its panel is drawn anew. */
function button(key, label, press, kind = '') {
  return make('button', { type: 'button', 'data-key': key, class: kind, click: press }, label);
}

const clockTime = (seconds) => new Date(seconds * 1000).toLocaleTimeString();
const time = (seconds) => make('span', { class: 'time' }, clockTime(seconds));
const line = (...parts) => make('div', { class: 'line' }, ...parts);
const grow = (...parts) => make('span', { class: 'grow' }, ...parts);

async function send(path, body) {
  try {
    const answer = await fetch(BASE + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const said = await answer.json();
    byId('notice').textContent = answer.ok ? '' : said.error || said.message;
  } catch (error) {
    byId('notice').textContent = 'The sandbox does not answer.';
  }
  await refresh();
}

const live = (body) => send('/life', body);

function drawEvent(event) {
  const ref = event.ref;
  const streaming = event.status === 'live' || event.status === 'force_live';
  const act = (step, label, extra = {}, kind = '') => button(
    `${ref}/${label}`, label, () => live({ do: step, event_ref: ref, ...extra }), kind,
  );
  const counts = `${event.date} · ${ref} · ${event.signups} signups · ${event.messages} messages`;
  const actions = streaming
    ? [act('end', 'End', {}, 'main'), act('join', '+10 viewers', { count: 10 }),
      act('leave', '−10 viewers', { count: 10 })]
    : [act('go_live', 'Go live', {}, 'main')];
  actions.push(act('sign_up', 'Sign up'), act('chat', 'Chat'), act('ask', 'Ask'),
    act('poll', 'New poll'), act('recording', 'Recording'), act('delete_event', 'Delete', {}, 'grave'));
  return make('article', { class: 'event' },
    make('header', {}, make('h3', {}, event.title),
      make('span', { class: `pill ${event.status}` }, event.status)),
    make('p', { class: 'quiet' }, streaming ? `${event.viewers} watching · ${counts}` : counts),
    event.own ? make('div', { class: 'actions' }, ...actions)
      : make('p', { class: 'quiet' }, 'Another channel’s event: your token may not read it.'));
}

function drawPoll(poll) {
  const total = poll.options.reduce((sum, option) => sum + option.votes, 0);
  const base = { event_ref: poll.event, poll_ref: poll.ref };
  const toggle = poll.active ? 'close_poll' : 'open_poll';
  const options = poll.options.map((option, index) => make('div', { class: 'option' },
    make('span', {}, option.text), make('span', {}, String(option.votes)),
    make('progress', {
      max: Math.max(total, 1), value: option.votes, 'aria-label': `Votes for option ${index + 1}`,
    })));
  return make('article', { class: 'poll' },
    make('header', {}, make('h3', {}, poll.question),
      make('span', { class: `pill ${poll.active ? 'active' : ''}` }, poll.active ? 'active' : 'inactive')),
    make('p', { class: 'quiet' }, poll.title),
    ...options,
    make('div', { class: 'actions' },
      button(`${poll.ref}/toggle`, poll.active ? 'Close' : 'Open', () => live({ do: toggle, ...base })),
      button(`${poll.ref}/vote`, 'Vote', () => live({ do: 'vote', ...base }))));
}

const drawMessage = (message) => make('li', {},
  line(grow(message.text), make('span', { class: 'pill' }, message.status)),
  make('span', { class: 'quiet' }, `${message.name} · ${message.kind} · ${message.title}`));

const drawVideo = (video) => make('li', {},
  line(grow(video.title), make('span', { class: 'pill' }, video.ready ? 'ready' : 'processing')));

const OUTCOMES = { delivered: 'good', failed: 'bad', retrying: 'wait', pending: 'wait' };

const drawDelivery = (row) => make('li', {},
  line(time(row.time), grow(make('code', {}, row.type)),
    make('span', { class: OUTCOMES[row.status] }, row.status)),
  make('span', { class: 'quiet' }, `${row.url} · attempt ${row.attempts} · ${row.answer}`));

function drawCall(call) {
  const outcome = call.fault ? `${call.fault} ${call.status ?? ''}` : String(call.status ?? '…');
  const kind = call.fault || call.status >= 500 ? 'bad' : call.status >= 400 ? 'wait' : 'good';
  return make('li', {},
    line(time(call.time), grow(make('code', {}, `${call.method} ${call.path}`)),
      make('span', { class: kind }, outcome)),
    make('div', { class: 'said' }, call.said));
}

const drawSlack = (row) => make('li', {},
  line(time(row.time), make('strong', {}, row.channel), grow(row.text)));

const drawMail = (row) => make('li', {},
  line(time(row.time), grow(make('strong', {}, row.subject || '(no subject)')),
    make('span', { class: 'quiet' }, row.to)),
  make('div', { class: 'said' }, row.text));

const drawParcel = (row) => make('li', {},
  line(time(row.time), grow(make('strong', {}, row.name)),
    make('span', { class: 'quiet' }, row.method)),
  make('div', { class: 'said' }, row.text));

const PANELS = {
  events: [drawEvent, 'No events.'],
  polls: [drawPoll, 'No polls.'],
  messages: [drawMessage, 'Nobody has said anything.'],
  videos: [drawVideo, 'No videos.'],
  deliveries: [drawDelivery, 'None yet. Press “Go live”.'],
  calls: [drawCall, 'Nobody has called the API yet.'],
  slack: [drawSlack, 'Nothing was posted.'],
  mails: [drawMail, 'No mail has come in.'],
  inbox: [drawParcel, 'Nothing was sent to /_sandbox/inbox/….'],
};
const shown = {};

/** Draw a panel anew when what it shows has changed, and give the focus back. */
function draw(name, rows) {
  const text = JSON.stringify(rows);
  if (shown[name] === text) return;
  shown[name] = text;
  const [drawRow, none] = PANELS[name];
  const panel = byId(name);
  const key = panel.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const empty = make(panel.tagName === 'UL' ? 'li' : 'p', { class: 'empty' }, none);
  panel.replaceChildren(...(rows.length ? rows.map(drawRow) : [empty]));
  if (key) panel.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

async function refresh() {
  let state;
  try {
    state = await (await fetch(`${BASE}/state`)).json();
  } catch (error) {
    byId('clock').textContent = 'not running';
    return;
  }
  byId('clock').textContent = new Date(state.now * 1000).toLocaleString();
  byId('speed').textContent = state.speed === 1 ? '' : `at ${state.speed} times the speed`;
  byId('webhooks').textContent = state.webhooks.length
    ? state.webhooks.map((hook) => `to ${hook.url} (${hook.groups.join(', ')})`).join(' · ')
    : 'No receiver yet: POST {"url", "secret"} to /_sandbox/webhooks.';
  byId('faults').textContent = state.faults.length ? `Faults to come: ${JSON.stringify(state.faults)}` : '';
  if (!byId('type').options.length) {
    byId('type').append(...state.types.map((type) => make('option', { value: type }, type)));
  }
  for (const name of Object.keys(PANELS)) draw(name, state[name]);
}

function emit() {
  try {
    const data = JSON.parse(byId('data').value);
    send('/emit', { type: byId('type').value, data });
  } catch (error) {
    byId('notice').textContent = `The data is not JSON: ${error.message}`;
  }
}

byId('emit').addEventListener('click', emit);
byId('create').addEventListener('click', () => live({ do: 'create_event' }));
byId('reset').addEventListener('click', () => send('/reset', {}));
for (const tool of document.querySelectorAll('[data-clock]')) {
  tool.addEventListener('click', () => send('/clock', { advance: tool.dataset.clock }));
}
refresh();
setInterval(refresh, 1000);
