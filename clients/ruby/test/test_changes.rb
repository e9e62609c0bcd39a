# frozen_string_literal: true

require_relative "helper"

class ChangesTest < ClosumTest
  BY = { at: "2018-01-01T10:00:00+00:00", user: { id: 1, email: "email@closum.com" }, cause: "api", operation: 4 }.freeze

  def change(number, **more)
    { position: "p#{number}", verb: "update", resource: "lead", id: 7, properties: ["name"], **BY, **more }
  end

  def part(*numbers, after:, more: false)
    ok(numbers.map { |number| change(number) }, pagination: { next: after, has_next_page: more, limit: nil })
  end

  def revision(operation, properties) = { verb: "update", **BY, operation: operation, properties: properties }

  def history(*found, after:) = ok(found, pagination: { next: after, has_next_page: !after.nil?, limit: nil })

  def test_a_walk_goes_on_where_the_one_before_ended
    steps = [part(after: "p0"), part(1, 2, after: "p2", more: true), part(3, after: "p9"), part(after: "p9")]
    scripted(*steps) do |client, server|
      feed = client.changes.since(client.changes.now, limit: 2)
      assert_equal ["GET /api/change?since=now"], server.requests
      assert_equal %w[p1 p2 p3], feed.map(&:position)
      assert_equal "p9", feed.position
      assert_empty feed.to_a
      assert_equal(%w[p0 p2 p9].map { |at| "GET /api/change?since=#{at}&limit=2" }, server.requests.drop(1))
    end
  end

  def test_a_change_that_was_not_done_with_comes_again
    scripted(part(1, 2, 3, after: "p3"), part(2, 3, after: "p3")) do |client, server|
      feed = client.changes.since
      feed.each { |change| break if change.position == "p2" }
      assert_equal "p1", feed.position
      assert_equal %w[p2 p3], feed.map(&:position)
      assert_equal "GET /api/change?since=p1", server.requests.last
    end
  end

  def test_a_change_has_all_that_is_told
    by_key = { user: nil, key: { id: 3, name: "Web form" } }
    nobody = ok([change(2, **by_key, properties: nil)], pagination: { next: "p2", has_next_page: false })
    scripted(part(1, after: "p1"), nobody) do |client, _|
      found = client.changes.since.first
      assert_equal ["p1", "update", "lead", 7, ["name"]], found.to_h.values.first(5)
      assert_equal [Time.utc(2018, 1, 1, 10), { id: 1, email: "email@closum.com" }, nil, "api", 4], found.to_h.values.last(5)
      other = client.changes.since("p1").first
      assert_nil other.user
      assert_equal [3, "Web form"], [other.key.id, other.key.name]
      assert_nil other.properties
    end
  end

  def test_a_position_that_is_gone
    scripted(refusal(410, "Read everything again")) do |client, _|
      assert_match(/Read everything again/, assert_raises(Closum::Gone) { client.changes.since("p1").to_a }.message)
    end
  end

  def test_what_cannot_be_asked
    scripted do |client, server|
      assert_raises(ArgumentError) { client.changes.since(limit: 0) }
      assert_raises(ArgumentError) { client.changes.since(7) }
      assert_raises(ArgumentError) { client.leads.history(1, limit: 1001) }
      assert_raises(ArgumentError) { client.leads.history("x") }
      assert_empty server.seen
    end
  end

  def test_an_answer_that_is_no_feed
    [ok({}), ok([], pagination: { next: "p1" }), ok([{}], pagination: { next: "p1", has_next_page: false })].each do |step|
      scripted(step) { |client, _| assert_raises(Closum::UnexpectedAnswer) { client.changes.since.to_a } }
    end
  end

  def test_the_history_of_a_record
    values = { "name" => { "before" => "Ana", "after" => "Eva" } }
    steps = [history(revision(9, values), revision(5, nil), after: 5), history(revision(4, {}), after: nil)]
    scripted(*steps) do |client, server|
      walk = client.leads.history("7", limit: 2)
      assert_empty server.seen
      assert_equal [values, nil, {}], walk.map(&:properties)
      assert_equal ["GET /api/lead/7/history?limit=2", "GET /api/lead/7/history?before=5&limit=2"], server.requests
    end
  end
end
