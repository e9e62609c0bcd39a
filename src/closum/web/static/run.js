// What the reference offers to who is signed in: a key in the samples, and calls that run from the page.
(() => {
  const KEY = 'your.bearer.token', KEPT = 'closum-docs-key'
  const HEADERS = ['If-Count', 'If-Match', 'Idempotency-Key', 'Prefer']
  const { root } = document.documentElement.dataset
  const $ = (selector, within = document) => within.querySelector(selector)
  const make = (name, given, ...inside) => {
    const el = Object.assign(document.createElement(name), given)
    el.append(...inside)
    return el
  }
  let visitor, shown = KEY
  const ask = async (path, fields) => {
    const form = fields && { method: 'POST', body: new URLSearchParams({ _token: visitor.token, ...fields }) }
    const answer = await fetch(root + path, form)
    if (!/json/.test(answer.headers.get('content-type'))) throw answer.status
    return answer.json()
  }
  const why = (status) => status === 401 || status === 403
    ? 'Your session has ended: reload this page, and sign in again.'
    : `The server did not take this${status > 0 ? ` (${status})` : ''}: what you typed is still here.`
  // What is pressed keeps the focus while it works.
  const press = (button, told, work) => async (event) => {
    event.preventDefault()
    if (button.ariaDisabled) return
    button.ariaDisabled = true
    await work().catch((status) => { told.textContent = why(status) })
    button.ariaDisabled = null
  }

  // The key is in the samples of this tab until it is closed, or of this page where nothing can be kept.
  // It is of one user: somebody else who signs in here does not get it.
  const kept = () => {
    try {
      const [id, key] = (sessionStorage.getItem(KEPT) || '').split(' ')
      return +id === visitor.id ? key : ''
    } catch { return '' }
  }
  const keep = (key) => { try { key ? sessionStorage.setItem(KEPT, `${visitor.id} ${key}`) : sessionStorage.removeItem(KEPT) } catch { } }
  const put = (key) => {
    document.querySelectorAll('.sample code').forEach((code) => {
      if (code.textContent.includes(shown)) code.textContent = code.textContent.replaceAll(shown, key)
    })
    shown = key
  }
  const welcome = () => {
    const told = make('small', { role: 'status', tabIndex: -1 }), button = make('button', { type: 'button', className: 'button' })
    const settings = make('a', { href: `${root}/settings/api`, textContent: 'API keys' })
    let key = kept()
    if (!key) keep('')
    const show = () => {
      put(key || KEY)
      if (key) told.replaceChildren('The samples in this tab have a key of yours that may do everything. Revoke it under ', settings, '.')
      else if (visitor.may_add_key) told.replaceChildren(`The key may do everything in ${visitor.account} until it is revoked under `, settings, '.')
      else told.textContent = 'An owner of the account can make an API key.'
      button.textContent = key ? 'Take the key out' : 'Make a key for the samples'
      button.hidden = !key && !visitor.may_add_key
    }
    button.addEventListener('click', press(button, told, async () => {
      key = key ? '' : (await ask('/docs/key', {})).key
      keep(key)
      show()
      told.focus()
    }))
    show()
    $('#languages').before(make('div', { id: 'visitor' }, make('b', { textContent: visitor.user }), make('small', { textContent: visitor.account }),
      make('a', { href: `${root}/leads`, textContent: 'Back to the leads' }), told, button))
  }

  // A call as its sample in a shell has it.
  const read = (source) => ({
    method: /-X\s(\w+)/.exec(source)[1],
    target: /https?:\/\/[^/]+(\/[^'\s]*)/.exec(source)[1].slice(root.length),
    body: (/-d\s'([^]*)'\s*$/.exec(source)?.[1] ?? '').replaceAll(`'\\''`, `'`)
  })
  const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2) } catch { return text } }
  const tell = (status, answer, ran) => {
    const of = Object.fromEntries(ran.headers), code = (text) => make('pre', {}, make('code', { textContent: text }))
    const summary = make('summary', { textContent: 'Headers' })
    status.textContent = `Your answer: ${ran.status}`
    answer.replaceChildren(code(pretty(ran.body)), make('details', { className: 'more' }, summary, code(ran.headers.map((one) => one.join(': ')).join('\n'))))
    if (ran.is_cut) answer.append(make('p', { className: 'label', textContent: 'The answer is longer: this is its beginning.' }))
    if (of['x-operation']) answer.append(make('p', {}, make('a', { href: `${root}/undo/${of['x-operation']}`, textContent: 'What this changed, and Undo' })))
  }
  const field = (name, el, value) => make('label', { textContent: name }, Object.assign(el, { className: 'input code', value, spellcheck: false }))
  const panel = (aside, close) => {
    const { method, target, body } = read($('[data-in=shell] code', aside).textContent)
    const call = make('input', { autocomplete: 'off' }), text = make('textarea', { rows: Math.min(12, body.split('\n').length + 1) })
    const send = make('button', { className: 'button strong', textContent: 'Send' }), buttons = make('div', { className: 'row' }, send, close)
    const status = make('p', { className: 'label', role: 'status' }), answer = make('div')
    const form = make('form', { className: 'run sample' }, field(`${method}, path`, call, target), buttons, status, answer)
    // Headers that this call takes; a text for each of them, and If-Count in sight, without which it is refused.
    const named = new Set([...aside.parentNode.querySelectorAll('.properties code')].map((code) => code.textContent))
    const given = HEADERS.filter((name) => named.has(name)).map((name) => [name.toLowerCase(), field(name, make('input', { autocomplete: 'off' }), '')])
    const more = make('details', { className: 'more' }, make('summary', { textContent: 'Headers' }))
    for (const [name, label] of given) name === 'if-count' ? buttons.before(label) : more.append(label)
    if (more.children[1]) buttons.before(more)
    if (method !== 'GET') {
      if (aside.dataset.takes) buttons.before(field('Body', text, body))
      buttons.before(make('small', { textContent: `This changes what ${visitor.account} has, with your rights, and is in the history.` }))
    }
    form.addEventListener('submit', press(send, status, async () => {
      answer.replaceChildren()
      tell(status, answer, await ask('/docs/run', { method, target: call.value, body: text.isConnected ? text.value : '', ...Object.fromEntries(given.map(([name, label]) => [name, $('input', label).value])) }))
    }))
    return form
  }
  const offer = (aside) => {
    const sample = $('.sample', aside)
    if (visitor.refused.includes(aside.parentNode.id)) return sample.after(make('small', { className: 'soft', textContent: 'Your role may not run this call.' }))
    const [run, close] = ['Run', 'Close'].map((textContent) => make('button', { type: 'button', className: 'button', textContent, ariaLabel: `${textContent}: ${aside.dataset.run}` }))
    let form
    run.addEventListener('click', () => {
      form ||= panel(aside, close)
      run.replaceWith(form)
      $('input', form).focus()
    })
    close.addEventListener('click', () => {
      form.replaceWith(run)
      run.focus()
    })
    sample.after(run)
  }

  addEventListener('DOMContentLoaded', async () => {
    visitor = await ask('/docs/visitor').catch(() => ({}))
    if (!visitor.user) {
      keep('')
      return $('#languages').before(make('a', { href: `${root}/sign-in?next=${encodeURIComponent(location.pathname.slice(root.length))}`, textContent: 'Sign in to run calls' }))
    }
    document.querySelectorAll('[data-run]').forEach(offer)
    welcome()
  })
})()
