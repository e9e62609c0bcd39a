// What the reference offers to who is signed in: a key in the samples, and calls that run from the page.
(() => {
  const KEY = 'your.bearer.token', KEPT = 'closum-docs-key'
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
    if (!/json/.test(answer.headers.get('content-type'))) throw new Error(answer.status)
    return answer.json()
  }
  const AGAIN = 'That did not work: reload this page, and sign in again if it asks you to.'

  // The key is in the samples of this tab until it is closed, or of this page where nothing can be kept.
  const kept = () => { try { return sessionStorage.getItem(KEPT) } catch { return null } }
  const keep = (key) => { try { key ? sessionStorage.setItem(KEPT, key) : sessionStorage.removeItem(KEPT) } catch { } }
  const put = (key) => {
    const texts = document.createTreeWalker($('#main'), NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const { currentNode: node } = texts
      if (node.data.includes(shown)) node.data = node.data.replaceAll(shown, key)
    }
    shown = key
  }
  const settings = () => make('a', { href: `${root}/settings/api`, textContent: 'API keys' })
  const addKey = (told) => async ({ target }) => {
    target.disabled = true
    try {
      const { key } = await ask('/docs/key', {})
      keep(key)
      put(key)
      told.replaceChildren('Your samples have a key that may do everything. It is shown nowhere else: revoke it under ', settings(), '.')
      target.remove()
    } catch {
      told.textContent = AGAIN
      target.disabled = false
    }
  }
  const welcome = () => {
    const told = make('small', { role: 'status' }), box = make('div', { id: 'visitor' }, make('b', { textContent: visitor.user }), make('small', { textContent: visitor.account }))
    const key = kept()
    if (key) {
      put(key)
      told.append('Your samples have a key: ', settings())
    } else if (visitor.may_add_key) {
      const button = make('button', { type: 'button', className: 'button', textContent: 'Make a key for the samples' })
      button.addEventListener('click', addKey(told))
      box.append(button)
    } else told.textContent = 'An owner of the account can make an API key.'
    box.append(told)
    $('#languages').before(box)
  }

  // A call as its sample in a shell has it.
  const read = (source) => ({
    method: /-X\s(\w+)/.exec(source)[1],
    target: /https?:\/\/[^/]+(\/[^'\s]*)/.exec(source)[1].slice(root.length),
    body: (/-d\s'([^]*)'\s*$/.exec(source)?.[1] ?? '').replaceAll(`'\\''`, `'`)
  })
  const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2) } catch { return text } }
  const tell = (output, ran) => {
    const of = Object.fromEntries(ran.headers), code = (text) => make('pre', {}, make('code', { textContent: text }))
    const headers = make('details', {}, make('summary', { textContent: 'Headers' }), code(ran.headers.map((one) => one.join(': ')).join('\n')))
    output.replaceChildren(make('p', { className: 'label', textContent: `Answer ${ran.status}` }), code(pretty(ran.body)), headers)
    if (ran.is_cut) output.append(make('p', { className: 'label', textContent: 'The answer is longer: this is its beginning.' }))
    if (of['x-operation']) output.append(make('p', {}, make('a', { href: `${root}/undo/${of['x-operation']}`, textContent: 'What this changed, and Undo' })))
  }
  const field = (name, el, value) => make('label', { textContent: name }, Object.assign(el, { className: 'input code', value, spellcheck: false }))
  const panel = (aside) => {
    const { method, target, body } = read($('[data-in=shell] code', aside).textContent)
    const call = make('input', { autocomplete: 'off' }), text = make('textarea', { rows: Math.min(12, body.split('\n').length + 1) })
    const send = make('button', { className: 'button strong', textContent: 'Send' }), output = make('div', { role: 'status' })
    const form = make('form', { className: 'run sample' }, field(method, call, target), send, output)
    if (method !== 'GET') {
      send.before(field('Body', text, body))
      send.before(make('small', { textContent: `This changes what ${visitor.account} has, with your rights, and is in the history.` }))
    }
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      send.disabled = true
      try {
        tell(output, await ask('/docs/run', { method, target: call.value, body: method === 'GET' ? '' : text.value }))
      } catch {
        output.textContent = AGAIN
      }
      send.disabled = false
    })
    return form
  }
  const offer = (aside) => {
    const button = make('button', { type: 'button', className: 'button', textContent: 'Run' })
    button.setAttribute('aria-label', `Run: ${aside.dataset.run}`)
    button.addEventListener('click', () => {
      const form = panel(aside)
      button.replaceWith(form)
      $('input', form).focus()
    })
    $('.sample', aside).after(button)
  }

  addEventListener('DOMContentLoaded', async () => {
    visitor = await ask('/docs/visitor').catch(() => ({}))
    if (!visitor.user) return keep('')
    document.querySelectorAll('[data-run]').forEach(offer)
    welcome()
  })
})()
