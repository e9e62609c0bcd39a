// What is new while a page is open. One tab of a browser listens for all of them, and nothing moves until somebody asks for it.
(() => {
  const START = 1_500, LATE = 10_000, PAUSE = 15_000, ALONE = 30_000, POLLS = 20
  const bar = () => document.querySelector('#live')
  const { live, position, space } = bar().dataset, { user } = document.body.dataset, { locks } = navigator
  const channel = window.BroadcastChannel && new BroadcastChannel(`${live} ${user}`)
  const ask = (path) => fetch(live + path, { headers: { Accept: 'application/json' }, redirect: 'manual' }).catch(() => ({ status: 503 }))

  // How far this page has heard: the last ids, of each record the position of its last change, and up to where not all are known.
  let at = +position, last = {}, many = 0
  const changed = {}, beside = {}

  const number = (n) => `${n}`.replace(/\B(?=(\d{3})+$)/g, space)
  const count = (n, one, several) => n > 1 ? several.replace('#', number(n)) : n > 0 ? one : ''
  const ofList = (words, from) => {
    const some = Object.entries(changed[words.name] || {}).filter(([id, position]) => position > from && +id <= words.last)
    const other = many > from ? words.many : count(some.length, words.changedOne, words.changed)
    return [count(last[words.name] - words.last, words.newOne, words.new), other].filter(Boolean).join(', ').replace(/^./, (first) => first.toUpperCase())
  }
  // The server says who has changed a record; of many changes none may be of it.
  let asked, said
  const ofRecord = async ({ name, id, changed: otherwise }, from) => {
    const own = Math.max(changed[name]?.[id] || 0, beside[name]?.[id] || 0), latest = Math.max(own, many)
    if (latest <= from) return ''
    if (latest !== asked) {
      asked = latest
      const answer = await ask(`/${name}/${id}?since=${from}`)
      said = answer.ok ? await answer.text() : own > from ? otherwise : ''
    }
    return said
  }
  const show = async () => {
    const el = bar()
    if (!el) return
    const from = +el.dataset.position, old = el.querySelector('.toast'), toast = old || el.firstChild.content.firstChild.cloneNode(true)
    at = Math.max(at, from)
    for (const one of toast.querySelectorAll('span')) {
      const text = await (one.dataset.id ? ofRecord : ofList)(one.dataset, from)
      if (one.textContent !== text) one.textContent = text
    }
    if (!el.querySelector('.toast') && toast.querySelector('span:not(:empty)')) el.append(toast)
  }
  addEventListener('htmx:afterSettle', show)

  const take = async (news) => {
    if (news.position <= at && news.since !== at) return
    if (news.since > at) { // something was missed
      const answer = await ask(`?since=${at}&user=${user}`)
      return answer.status === 200 && take(await answer.json())
    }
    at = news.position
    last = news.last
    if (news.more) many = at < news.since ? Infinity : at
    for (const [known, some] of [[changed, news.changed], [beside, news.beside]]) for (const [name, id, position] of some) (known[name] ||= {})[id] = position
    show()
  }

  let told, leave, over, queued
  const tell = (news) => { told = news; take(news); channel?.postMessage(news) }
  if (channel) channel.onmessage = ({ data }) => { if (data) take(data); else if (leave && told) channel.postMessage(told) }
  const lead = () => new Promise((resolve) => {
    let source, timer, polls = 0
    leave = () => { clearTimeout(timer); source?.close(); leave = null; resolve() }
    const poll = async () => {
      if (document.hidden) return leave?.()
      const answer = await ask(`?since=${at}&user=${user}`), { status } = answer
      if (status === 200) tell(await answer.json())
      over = status !== 200 && status < 429
      if (over || !leave) return leave?.()
      timer = setTimeout(locks && ++polls === POLLS ? open : poll, locks ? PAUSE : ALONE)
    }
    const fall = () => { source.close(); poll() }
    const wait = () => { clearTimeout(timer); timer = setTimeout(fall, LATE) }
    const open = () => {
      polls = 0
      wait()
      source = new EventSource(`${live}?since=${at}&user=${user}`)
      source.onmessage = ({ data }) => { clearTimeout(timer); tell(JSON.parse(data)) }
      // The browser connects again by itself where it may.
      source.onerror = () => { wait(); if (source.readyState === 2) { clearTimeout(timer); fall() } }
    }
    if (locks) open(); else poll()
  })
  // A hidden page asks for nothing; one that listens goes on for the others.
  const join = async () => {
    if (queued || over || document.hidden) return
    queued = true
    await (locks ? locks.request(`${live} ${user}`, lead) : lead())
    queued = false
  }
  document.addEventListener('visibilitychange', join)
  addEventListener('pagehide', () => leave?.())
  addEventListener('pageshow', ({ persisted }) => { if (persisted) join() })
  setTimeout(() => { join(); channel?.postMessage(0) }, START)
})()
