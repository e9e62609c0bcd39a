# frozen_string_literal: true

require_relative "helper"

class RetriesTest < ClosumTest
  def test_a_get_is_repeated_until_the_server_is_back
    scripted(refusal(503), [502, "<html>Bad Gateway"], refusal(504), ok(LEAD)) do |client, _|
      assert_equal 1, client.leads.retrieve(1).id
      assert_equal [0.5, 1.0, 2.0], clock.slept
    end
  end

  def test_waits_grow_to_eight_seconds
    scripted(*[refusal(503)] * 7, ok(LEAD), retries: 7) do |client, _|
      client.leads.retrieve(1)
      assert_equal [0.5, 1.0, 2.0, 4.0, 8, 8, 8], clock.slept
    end
  end

  def test_a_minute_that_the_server_asks_for_is_waited_for
    scripted(refusal(503, headers: { "Retry-After" => 60 }), ok(LEAD)) { |client, _| client.leads.retrieve(1) }
    assert_equal [60], clock.slept
  end

  def test_waits_differ_from_client_to_client
    clock.random = 0.5
    scripted(refusal(503), ok(LEAD)) { |client, _| client.leads.retrieve(1) }
    assert_equal [0.375], clock.slept
  end

  def test_after_the_last_retry_the_error_is_raised
    scripted(refusal(503), refusal(503), retries: 1) do |client, _|
      assert_raises(Closum::ServiceUnavailable) { client.leads.retrieve(1) }
      assert_equal 1, clock.slept.size
    end
  end

  def test_none_are_made_where_none_are_wanted
    scripted(refusal(503), retries: 0) do |client, server|
      assert_raises(Closum::ServiceUnavailable) { client.leads.retrieve(1) }
      assert_equal 1, server.seen.size
    end
  end

  def test_a_put_is_repeated
    scripted(refusal(503), :drop, ok([])) do |client, server|
      assert_nil client.leads.update(1, name: "Sylvia")
      assert_equal ["PUT /api/lead/1"] * 3, server.requests
      assert_equal({ "name" => "Sylvia" }, server.seen.last.json)
    end
  end

  def test_a_change_of_many_that_may_be_done_is_not_repeated
    given = { filter: "id>5", if_count: "1-a" }
    [->(leads) { leads.patch_many(name: "Ana", **given) }, ->(leads) { leads.delete_many(**given) }].each do |change|
      [refusal(503), :drop].each do |fault|
        scripted(fault) do |client, server|
          assert_predicate assert_raises(Closum::Error) { change.call(client.leads) }, :outcome_unknown?
          assert_equal 1, server.seen.size
        end
      end
      scripted(refusal(429), ok({ count: 1 })) { |client, _| assert_equal 1, change.call(client.leads)["count"] }
    end
    scripted(refusal(503), ok({ count: 1 })) do |client, _|
      assert_equal 1, client.leads.patch_many(filter: "id>5", name: "Ana", dry_run: true)["count"]
    end
  end

  def test_retry_after_in_seconds_is_waited_for
    scripted(refusal(429, headers: { "Retry-After" => 7 }), ok(LEAD)) { |client, _| client.leads.retrieve(1) }
    assert_equal [7], clock.slept
  end

  def test_retry_after_as_a_date_is_counted_from_the_date_of_the_answer
    headers = { "Retry-After" => "Wed, 25 Nov 2026 10:00:09 GMT", "Date" => "Wed, 25 Nov 2026 10:00:00 GMT" }
    scripted(refusal(503, headers: headers), ok(LEAD)) { |client, _| client.leads.retrieve(1) }
    assert_equal [9], clock.slept
  end

  def test_retry_after_as_a_date_is_counted_from_now_where_the_answer_has_none
    clock.now = Time.utc(2026, 11, 25, 10, 0, 4)
    headers = { "Retry-After" => "Wed, 25 Nov 2026 10:00:09 GMT" }
    scripted(refusal(503, headers: headers), ok(LEAD)) { |client, _| client.leads.retrieve(1) }
    assert_equal [5], clock.slept
  end

  def test_a_date_that_is_past_is_now_and_nonsense_is_nothing
    past = { "Retry-After" => "Wed, 25 Nov 2020 10:00:00 GMT" }
    scripted(refusal(503, headers: past), refusal(503, headers: { "Retry-After" => "soon" }), ok(LEAD)) do |client, _|
      client.leads.retrieve(1)
    end
    assert_equal [0, 1.0], clock.slept
  end

  def test_a_long_wait_is_left_to_the_caller
    scripted(refusal(429, headers: { "Retry-After" => 61 })) do |client, _|
      error = assert_raises(Closum::TooManyRequests) { client.leads.retrieve(1) }
      assert_equal 61, error.retry_after
      assert_empty clock.slept
    end
  end

  def test_an_answer_of_a_proxy_has_its_retry_after_too
    scripted([429, "<html>slow down", { "Retry-After" => 900 }]) do |client, _|
      error = assert_raises(Closum::TooManyRequests) { client.leads.retrieve(1) }
      assert_equal [429, 900], [error.status, error.retry_after]
      assert_match(/\A429 from something before closum; try again in 900 s \(GET /, error.message)
    end
  end

  def test_what_is_wrong_is_not_repeated
    [400, 403, 404, 405, 413, 415, 422, 500].each do |status|
      scripted(refusal(status)) do |client, server|
        assert_raises(Closum::ApiError) { client.leads.retrieve(1) }
        assert_equal 1, server.seen.size
      end
    end
  end
end

# A create is sent again with its key, by which the server knows it.
class CreateTest < ClosumTest
  def keys(server) = server.seen.map { |request| request.headers["idempotency-key"] }

  def test_it_is_repeated_with_its_key
    [refusal(503), refusal(409, headers: { "Retry-After" => "1" }), [502, "<html>"], :drop].each do |step|
      scripted(step, step, created, created(2)) do |client, server|
        assert_equal 1, client.leads.create(name: "Sylvia")
        assert_equal 2, client.leads.create(name: "Sylvia")
        assert_equal ["POST /api/lead"] * 4, server.requests
        assert_equal 1, server.seen.map(&:body).uniq.size
        assert_equal [3, 1], keys(server).tally.values
      end
    end
  end

  def test_the_key_is_random_and_a_request_of_ones_own_has_one
    scripted(created, created) do |client, server|
      2.times { client.request("POST", "/api/lead", json: { name: "Sylvia" }) }
      keys(server).each { |key| assert_match(/\A\h{8}-\h{4}-4\h{3}-\h{4}-\h{12}\z/, key) }
      refute_equal(*keys(server))
    end
  end

  def test_nothing_else_has_a_key
    scripted(token, ok(LEAD), ok([]), ok([]), email: "ana@example.com", password: "x") do |client, server|
      client.leads.retrieve(1)
      client.leads.update(1, name: "Sylvia")
      client.leads.patch(1, name: "Sylvia")
      assert_equal [nil] * 4, keys(server)
    end
  end

  def test_after_the_last_retry_nobody_knows
    [[refusal(503), Closum::ServiceUnavailable], [refusal(409, headers: { "Retry-After" => "1" }), Closum::Conflict],
     [:drop, Closum::ConnectionFailed]].each do |step, kind|
      scripted(step, step, retries: 1) do |client, server|
        error = assert_raises(kind) { client.leads.create(name: "Sylvia") }
        assert_predicate error, :outcome_unknown?
        assert_equal 2, server.seen.size
      end
    end
  end

  def test_what_was_not_looked_at_leaves_open_what_came_before
    scripted(:drop, refusal(429), retries: 1) do |client, _|
      assert_predicate assert_raises(Closum::TooManyRequests) { client.leads.create(name: "x") }, :outcome_unknown?
    end
    scripted(refusal(429), refusal(429), retries: 1) do |client, _|
      refute_predicate assert_raises(Closum::TooManyRequests) { client.leads.create(name: "x") }, :outcome_unknown?
    end
  end

  def test_a_refusal_says_that_it_was_not_done
    scripted(:drop, refusal(422)) do |client, _|
      refute_predicate assert_raises(Closum::Invalid) { client.leads.create(name: "") }, :outcome_unknown?
    end
  end

  def test_a_long_wait_is_left_to_the_caller
    scripted(refusal(503, headers: { "Retry-After" => 61 })) do |client, _|
      error = assert_raises(Closum::ServiceUnavailable) { client.leads.create(name: "Sylvia") }
      assert_equal 61, error.retry_after
      assert_predicate error, :outcome_unknown?
    end
  end

  def test_a_429_is_waited_for
    scripted(refusal(429, headers: { "Retry-After" => 2 }), created) do |client, _|
      assert_equal 1, client.leads.create(name: "Sylvia")
      assert_equal [2], clock.slept
    end
  end

  def test_a_read_timeout_leaves_it_open
    scripted(:hang, timeout: 0.1, retries: 0) do |client, server|
      error = assert_raises(Closum::TimedOut) { client.leads.create(name: "Sylvia") }
      assert_match(%r{\APOST http://127.0.0.1:\d+/api/lead: no answer within 0.1 s\. It may have been}, error.message)
      assert_predicate error, :outcome_unknown?
      assert_kind_of Net::ReadTimeout, error.cause
      assert_match(%r{\Ahttp://127.0.0.1:\d+/api/lead\z}, error.url)
      assert_equal [1], wait_for(server.closed)
      assert_equal 1, server.seen.size
    end
  end

  def test_a_dropped_connection_leaves_it_open
    scripted(:drop, retries: 0) do |client, server|
      error = assert_raises(Closum::ConnectionFailed) { client.leads.create(name: "Sylvia") }
      assert_match(/dropped.*look before you repeat it/, error.message)
      assert_equal 1, server.seen.size
    end
  end

  def test_an_update_of_one_state_is_sent_once
    [:drop, refusal(503)].each do |step|
      %i[update patch].each do |verb|
        scripted(step) do |client, _|
          error = assert_raises(Closum::Error) { client.leads.public_send(verb, 1, name: "x", if_match: '"1"') }
          assert_predicate error, :outcome_unknown?
        end
      end
    end
  end

  def test_an_answer_that_says_nothing_leaves_it_open
    [[201, "<html>"], [201, { success: true, data: {} }], [200, { success: true }], [500, "<html>"]].each do |answer|
      scripted(answer) do |client, _|
        error = assert_raises(Closum::UnexpectedAnswer) { client.leads.create(name: "Sylvia") }
        assert_predicate error, :outcome_unknown?, answer.inspect
      end
    end
  end

  def test_a_fault_of_a_proxy_leaves_it_open
    { 502 => Closum::ServerError, 503 => Closum::ServiceUnavailable, 504 => Closum::ServerError }.each do |status, kind|
      scripted([status, "<html>"], retries: 0) do |client, _|
        error = assert_raises(kind) { client.leads.create(name: "Sylvia") }
        assert_predicate error, :outcome_unknown?
        assert_match(/\A#{status} from something before closum \(POST .*look before you repeat it\. GET .* finds a lead by its address\z/, error.message)
      end
    end
  end

  def test_a_refusal_of_a_proxy_did_nothing
    scripted([429, "<html>"], created) { |client, _| assert_equal 1, client.leads.create(name: "Sylvia") }
    [[404, "<html>"], [302, ""]].each do |answer|
      scripted(answer) do |client, _|
        refute_predicate assert_raises(Closum::UnexpectedAnswer) { client.leads.create(name: "x") }, :outcome_unknown?
      end
    end
  end

  def test_a_refused_one_did_nothing
    scripted(refusal(422)) do |client, _|
      refute_predicate assert_raises(Closum::Invalid) { client.leads.create(name: "") }, :outcome_unknown?
    end
  end
end
