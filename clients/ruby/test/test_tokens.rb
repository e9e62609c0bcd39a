# frozen_string_literal: true

require_relative "helper"

class TokensTest < ClosumTest
  SIGN_IN = { email: "email@example.com", password: "s3cret-password" }.freeze

  def test_the_first_request_signs_in
    scripted(token("one"), ok(LEAD), ok(LEAD), **SIGN_IN) do |client, server|
      assert_empty server.seen
      2.times { client.leads.retrieve(1) }
      assert_equal ["POST /api/token", "GET /api/lead/1", "GET /api/lead/1"], server.requests
      assert_equal({ "email" => "email@example.com", "password" => "s3cret-password" }, server.seen.first.json)
      assert_equal [nil, "one", "one"], server.seen.map(&:token)
    end
  end

  def test_a_wrong_password_is_unauthorized_and_asked_once
    scripted(refusal(401, "Unknown e-mail address or wrong password"), **SIGN_IN) do |client, _|
      error = assert_raises(Closum::Unauthorized) { client.leads.retrieve(1) }
      assert_match(/wrong password/, error.message)
      refute_match(/s3cret/, error.full_message)
    end
  end

  def test_signing_in_gives_a_new_token_which_is_used
    scripted(token("one"), token("two"), ok(LEAD), **SIGN_IN) do |client, server|
      client.sign_in
      new = client.sign_in
      client.leads.retrieve(1)
      assert_equal ["two", 600], [new.token, new.expires_in]
      refute_match(/two/, new.inspect + new.to_s)
      assert_equal [nil, nil, "two"], server.seen.map(&:token)
    end
  end

  def test_signing_in_needs_a_password
    scripted do |client, _|
      assert_match(/password/, assert_raises(ArgumentError) { client.sign_in }.message)
    end
  end

  def test_a_token_is_renewed_shortly_before_it_ends
    scripted(token("one"), ok(LEAD), ok(LEAD), token("two"), ok(LEAD), **SIGN_IN) do |client, server|
      [0, 539, 1].each do |seconds|
        clock.monotonic += seconds
        client.leads.retrieve(1)
      end
      assert_equal [nil, "one", "one", nil, "two"], server.seen.map(&:token)
    end
  end

  def test_a_token_of_short_life_is_used_for_most_of_it
    scripted(token("one", expires_in: 10), ok(LEAD), ok(LEAD), **SIGN_IN) do |client, _|
      client.leads.retrieve(1)
      clock.monotonic += 8.9
      client.leads.retrieve(1)
    end
  end

  def test_what_is_no_life_of_a_token_is_refused
    [nil, true, "600", 600.0, 0, -1, 1_000_000_001].each do |life|
      scripted(token(expires_in: life), **SIGN_IN) do |client, _|
        error = assert_raises(Closum::UnexpectedAnswer, life.inspect) { client.leads.retrieve(1) }
        assert_match(/"expires_in" is not (a whole number|from 1 to 1000000000)\z/, error.message)
      end
    end
    scripted(ok({ token: "one" }), **SIGN_IN) { |client, _| assert_raises(Closum::UnexpectedAnswer) { client.sign_in } }
  end

  def test_the_shortest_and_the_longest_life_are_good
    [1, 1_000_000_000].each do |life|
      scripted(token(expires_in: life), **SIGN_IN) { |client, _| assert_equal life, client.sign_in.expires_in }
    end
  end

  def test_a_401_signs_in_once_more_and_repeats_a_create_too
    scripted(token("one"), refusal(401), token("two"), created, **SIGN_IN) do |client, server|
      assert_equal 1, client.leads.create(name: "Sylvia")
      assert_equal [nil, "one", nil, "two"], server.seen.map(&:token)
    end
  end

  def test_a_second_401_is_an_error
    scripted(token("one"), refusal(401, "First"), token("two"), refusal(401, "Second"), **SIGN_IN) do |client, _|
      error = assert_raises(Closum::Unauthorized) { client.leads.retrieve(1) }
      assert_match(/Second/, error.message)
    end
  end

  def test_a_token_may_end_in_the_middle_of_a_list
    steps = [token("one"), page(lead(1), number: 1, of: 2), refusal(401), token("two"), page(lead(2), number: 2, of: 2)]
    scripted(*steps, **SIGN_IN) do |client, server|
      assert_equal [1, 2], client.leads.list.map(&:id)
      assert_equal "GET /api/lead?page=2", server.requests.last
    end
  end

  def test_with_a_token_alone_a_401_is_an_error
    scripted(refusal(401)) do |client, _|
      assert_raises(Closum::Unauthorized) { client.leads.retrieve(1) }
    end
  end

  def test_signing_in_is_repeated_where_the_server_is_away
    scripted(:drop, refusal(503), token, ok(LEAD), **SIGN_IN) do |client, _|
      assert_equal 1, client.leads.retrieve(1).id
    end
  end

  def test_too_many_wrong_passwords_say_how_long_to_wait
    scripted(refusal(429, headers: { "Retry-After" => 840 }), **SIGN_IN) do |client, _|
      assert_equal 840, assert_raises(Closum::TooManyRequests) { client.leads.retrieve(1) }.retry_after
    end
  end

  def test_an_answer_without_a_token_shows_nothing_of_it
    ['{"success":true,"data":{"token":"s3cret', { success: true, data: { token: 5 } }].each do |body|
      scripted([200, body], **SIGN_IN) do |client, _|
        error = assert_raises(Closum::UnexpectedAnswer) { client.leads.retrieve(1) }
        refute_match(/s3cret/, error.full_message)
      end
    end
  end

  def test_threads_sign_in_once
    answer = ->(request) { request.target == "/api/token" ? token : ok(LEAD) }
    ScriptedServer.run([answer]) do |server|
      client = scripted_client(server, **SIGN_IN)
      Array.new(8) { Thread.new { client.leads.retrieve(1) } }.each(&:join)
      assert_equal 1, server.requests.count("POST /api/token")
    end
  end

  def test_threads_renew_once
    given = Queue.new.tap { |tokens| %w[one two three].each { |text| tokens << text } }
    arrived = Queue.new
    answer = lambda do |request|
      next token(given.pop) if request.target == "/api/token"
      next ok(LEAD) unless request.token == "one"

      arrived << 1
      wait_until { arrived.size == 4 }
      refusal(401)
    end
    ScriptedServer.run([answer]) do |server|
      client = scripted_client(server, **SIGN_IN)
      Array.new(4) { Thread.new { client.leads.retrieve(1) } }.each(&:join)
      assert_equal 2, server.requests.count("POST /api/token")
    end
  end

  def test_threads_that_wait_for_a_wrong_password_try_it_once
    gate = Queue.new
    refused = ->(_) { gate.pop && refusal(401, "Wrong password") }
    scripted(refused, token, ok(LEAD), **SIGN_IN) do |client, server|
      errors = errors_of(20, -> { client.leads.retrieve(1) }) { gate << true }
      assert_equal [[Closum::Unauthorized, "Wrong password"]], errors.map { |one| [one.class, one.server_message] }.uniq
      assert_equal 20, errors.uniq(&:object_id).size
      assert_equal ["POST /api/token"], server.requests
      assert_equal 1, client.leads.retrieve(1).id
    end
  end

  def test_threads_whose_requests_were_under_way_when_signing_in_failed_do_not_try_it
    asked = Queue.new
    failed = Queue.new
    lead = lambda do |request|
      asked << request
      failed.pop if request.target.end_with?("/2")
      refusal(401)
    end
    answer = ->(request) { request.target == "/api/token" ? refusal(401, "Changed password") : lead.call(request) }
    ScriptedServer.run([token, answer]) do |server|
      client = scripted_client(server, **SIGN_IN).tap(&:sign_in)
      slow = Thread.new { assert_raises(Closum::Unauthorized) { client.leads.retrieve(2) } }
      wait_for(asked)
      assert_raises(Closum::Unauthorized) { client.leads.retrieve(1) }
      failed << true
      assert_equal "Changed password", slow.value.server_message
      assert_equal 2, server.requests.count("POST /api/token")
    end
  end

  def test_html_of_a_proxy_with_401_signs_in_once_more_too
    scripted(token("one"), [401, "<html>"], token("two"), ok(LEAD), **SIGN_IN) do |client, server|
      assert_equal 1, client.leads.retrieve(1).id
      assert_equal [nil, "one", nil, "two"], server.seen.map(&:token)
    end
  end

  def test_what_is_no_token_is_refused_and_not_shown
    ["s3cret\ntok", "s3cret tok", "s3cr\u00e9t", "s3cret\xff", "s3cret\n"].each do |text|
      error = assert_raises(ArgumentError, text.inspect) { Closum::Client.new("http://localhost", token: text) }
      refute_match(/s3c|tok\b/, error.full_message(highlight: false).lines.first)
    end
  end

  def test_what_the_server_gives_is_a_token_or_refused_and_not_shown
    ["s3cret\r\nX: y", "s3cret tok", "", "s3cr\u00e9t"].each do |text|
      scripted(token(text), **SIGN_IN) do |client, _|
        error = assert_raises(Closum::UnexpectedAnswer) { client.leads.retrieve(1) }
        assert_match(/"token" has characters that a token can't have/, error.message)
        refute_match(/s3c/, error.full_message)
      end
    end
  end

  def test_a_password_that_is_no_text_is_refused_and_not_shown
    error = assert_raises(ArgumentError) { Closum::Client.new("http://localhost", email: "a", password: "s3cret\xff") }
    refute_match(/s3cret/, error.message)
  end

  def test_nothing_shows_a_secret
    scripted(token("tok3n"), ok(LEAD), **SIGN_IN) do |client, _|
      client.leads.retrieve(1)
      refute_match(/s3cret|tok3n/, parts(client).map(&:inspect).join)
      assert_match(%r{\A#<Closum::Client http://127.0.0.1:\d+>\z}, client.inspect)
      assert_match(%r{\A#<Closum::Leads of #<Closum::Calls http://127.0.0.1:\d+>>\z}, client.leads.inspect)
    end
  end

  def test_a_token_of_the_caller_is_not_shown_either
    refute_match(/s3cret/, parts(Closum::Client.new("http://localhost", token: "s3cret")).map(&:inspect).join)
  end

  def test_a_password_may_be_a_number
    scripted(token, ok(LEAD), email: "email@example.com", password: 12_345_678) do |client, server|
      client.leads.retrieve(1)
      assert_equal "12345678", server.seen.first.json["password"]
    end
  end

  private

  # The objects of the library that one is made of.
  def parts(object)
    inner = object.instance_variables.map { |name| object.instance_variable_get(name) }
    [object, *inner.grep(->(one) { one.class.name.start_with?("Closum::") }).flat_map { |one| parts(one) }]
  end
end
