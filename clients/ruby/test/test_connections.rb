# frozen_string_literal: true

require_relative "helper"

class ConnectionsTest < ClosumTest
  LARGEST = 64 * 1024 * 1024

  def test_one_connection_serves_request_after_request
    scripted(ok(LEAD), created, ok(LEAD)) do |client, server|
      client.leads.retrieve(1)
      client.leads.create(name: "Sylvia")
      client.leads.retrieve(1)
      assert_equal [1, 1, 1], server.seen.map(&:connection)
    end
  end

  def test_one_that_was_dropped_while_it_was_kept_is_made_anew_and_a_create_sent_once
    scripted([:then_close, ok(LEAD)], created) do |client, server|
      client.leads.retrieve(1)
      wait_for(server.closed)
      assert_equal 1, client.leads.create(name: "Sylvia")
      assert_equal [["GET", 1], ["POST", 2]], server.seen.map { |one| [one.method, one.connection] }
      assert_empty clock.slept
    end
  end

  def test_one_that_is_dropped_under_a_create_is_an_error
    scripted(ok(LEAD), :drop, retries: 0) do |client, server|
      client.leads.retrieve(1)
      assert_raises(Closum::ConnectionFailed) { client.leads.create(name: "Sylvia") }
      assert_equal [1, 1], server.seen.map(&:connection)
    end
  end

  def test_one_that_is_dropped_under_a_get_is_repeated
    scripted(ok(LEAD), :drop, ok(LEAD)) do |client, server|
      2.times { client.leads.retrieve(1) }
      assert_equal [1, 1, 2], server.seen.map(&:connection)
      assert_equal [0.5], clock.slept
    end
  end

  def test_one_that_was_not_used_for_long_is_not_used_again
    scripted(ok(LEAD), created) do |client, server|
      client.leads.retrieve(1)
      clock.monotonic += 3
      client.leads.create(name: "Sylvia")
      assert_equal [1, 2], server.seen.map(&:connection)
    end
  end

  def test_all_that_were_not_used_for_long_are_closed_when_one_is_needed
    with_idle(5) do |client, server|
      2.times do
        clock.monotonic += 1
        client.leads.retrieve(1)
      end
      kept = server.seen.last(2).map(&:connection).uniq
      assert_equal 1, kept.size
      assert_equal [1, 2, 3, 4, 5] - kept, wait_for(server.closed, 4).sort
    end
  end

  def test_and_when_one_is_given_back
    with_idle(3, ->(_) { ok(LEAD).tap { clock.monotonic += 3 } }) do |client, server|
      client.leads.retrieve(1)
      assert_equal [1, 2, 3] - [server.seen.last.connection], wait_for(server.closed, 2).sort
    end
  end

  def test_the_server_may_ask_to_close
    scripted([*ok(LEAD), { "Connection" => "close" }], ok(LEAD)) do |client, server|
      2.times { client.leads.retrieve(1) }
      assert_equal [1, 2], server.seen.map(&:connection)
    end
  end

  def test_close_closes_and_the_client_goes_on
    scripted(ok(LEAD), ok(LEAD)) do |client, server|
      client.leads.retrieve(1)
      assert_nil client.close
      assert_equal [1], wait_for(server.closed)
      client.leads.retrieve(1)
      assert_equal [1, 2], server.seen.map(&:connection)
    end
  end

  def test_a_read_timeout_of_a_get_is_repeated
    answer = ->(request) { request.connection == 1 ? :hang : ok(LEAD) }
    ScriptedServer.run([answer]) do |server|
      client = scripted_client(server, timeout: 0.2, retries: 20)
      assert_equal 1, client.leads.retrieve(1).id
      assert_operator server.seen.size, :>=, 2
    end
  end

  def test_an_answer_that_is_cut_off_is_a_dropped_connection
    cut = [:then_close, [200, { success: true, data: LEAD }, { "Content-Length" => 5000 }]]
    scripted(cut, ok(LEAD)) { |client, _| assert_equal 1, client.leads.retrieve(1).id }
  end

  def test_an_answer_that_is_too_large_is_refused_and_its_connection_dropped
    large = "x" * (LARGEST + 1)
    chunked = "#{(LARGEST * 2).to_s(16)}\r\n#{large}" # and never more
    [[200, large], [200, large, { "Content-Length" => nil }],
     [200, chunked, { "Transfer-Encoding" => "chunked", "Content-Length" => nil }]].each do |answer|
      scripted(answer, ok(LEAD)) do |client, server|
        refute_predicate too_large { client.leads.list.first }, :outcome_unknown?
        client.leads.retrieve(1)
        assert_equal [1, 2], server.seen.map(&:connection)
      end
    end
  end

  def test_a_create_with_an_answer_that_is_too_large_may_have_been_carried_out
    scripted([201, "x" * (LARGEST + 1)]) do |client, _|
      error = too_large { client.leads.create(name: "Sylvia") }
      assert_predicate error, :outcome_unknown?
      assert_equal [201, "text/html"], [error.status, error.content_type]
    end
  end

  def test_the_largest_answer_is_read
    around = '{"success":true,"data":""}'
    text = around.sub('""', "\"#{"x" * (LARGEST - around.size)}\"")
    scripted([200, text]) do |client, _|
      assert_equal LARGEST - around.size, client.request("GET", "/api/note")["data"].size
    end
  end

  def test_each_thread_has_a_connection_for_itself
    with_idle(5) { |_, server| assert_equal [1, 2, 3, 4, 5], server.seen.map(&:connection).sort }
  end

  def test_a_forked_process_makes_its_own
    scripted(ok(LEAD), ok(LEAD), ok(LEAD)) do |client, server|
      client.leads.retrieve(1)
      pid = fork { exit!(client.leads.retrieve(1).id == 1) }
      assert_predicate Process.wait2(pid).last, :success?
      client.leads.retrieve(1)
      assert_equal [1, 2, 1], server.seen.map(&:connection)
    end
  end

  def test_a_port_where_nothing_listens_is_tried_again_also_for_a_create
    with_silent_port do |port|
      client = Closum::Client.new("http://127.0.0.1:#{port}", token: "tok.en", retries: 2, clock: clock)
      error = assert_raises(Closum::ConnectionFailed) { client.leads.create(name: "Sylvia") }
      assert_match(/no connection: .*refused/, error.message)
      refute_predicate error, :outcome_unknown?
      assert_equal "http://127.0.0.1:#{port}/api/lead", error.url
      assert_kind_of Errno::ECONNREFUSED, error.cause
      assert_equal [0.5, 1.0], clock.slept
    end
  end

  def test_one_that_cannot_be_made_anew_is_no_connection
    scripted([:then_close, ok(LEAD)]) do |client, server|
      client.leads.retrieve(1)
      wait_for(server.closed)
      port = server.port
      server.stop
      with_silent_port(port) do
        error = assert_raises(Closum::ConnectionFailed) { client.leads.create(name: "Sylvia") }
        refute_predicate error, :outcome_unknown?
        assert_equal "http://127.0.0.1:#{port}/api/lead", error.url
      end
    end
  end

  def test_a_name_that_nothing_has_is_no_connection
    client = Closum::Client.new("http://#{"x" * 64}.invalid", token: "tok.en", retries: 0)
    assert_match(/no connection/, assert_raises(Closum::ConnectionFailed) { client.leads.retrieve(1) }.message)
  end

  def test_the_environment_names_a_proxy
    ScriptedServer.run([ok(LEAD)]) do |proxy|
      with_proxy(proxy.address) do
        client = Closum::Client.new("http://192.0.2.1:8000/crm", token: "tok.en", timeout: 60)
        assert_equal 1, client.leads.retrieve(1).id
      end
      assert_equal ["GET http://192.0.2.1:8000/crm/api/lead/1"], proxy.requests
    end
  end

  private

  def too_large(&)
    error = assert_raises(Closum::UnexpectedAnswer, &)
    assert_match(/is larger than 64 MiB: ask for fewer records at once/, error.message)
    error
  end

  # A client that keeps so many connections, and the server that gives all further answers by `last`.
  def with_idle(count, last = nil)
    gate = Queue.new
    wait = ->(_) { gate.pop && ok(LEAD) }
    ScriptedServer.run([*[wait] * count, last || ->(_) { ok(LEAD) }]) do |server|
      client = scripted_client(server)
      threads = Array.new(count) { Thread.new { client.leads.retrieve(1).id } }
      wait_until { server.seen.size == count }
      count.times { gate << true }
      assert_equal [1] * count, threads.map(&:value)
      yield client, server
    end
  end

  # A port that refuses connections: it is taken, so that no other program gets it, and nothing listens.
  def with_silent_port(port = 0)
    socket = Socket.new(:INET, :STREAM)
    socket.setsockopt(:SOCKET, :REUSEADDR, true)
    socket.bind(Addrinfo.tcp("127.0.0.1", port))
    yield socket.local_address.ip_port
  ensure
    socket.close
  end

  def with_proxy(address)
    before = ENV.to_h
    ENV.delete("no_proxy")
    ENV["http_proxy"] = address
    yield
  ensure
    ENV.replace(before)
  end
end
