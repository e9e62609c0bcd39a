# frozen_string_literal: true

require_relative "helper"

class ClientTest < ClosumTest
  def test_it_is_given_credentials_of_one_kind
    [{}, { email: "a" }, { password: "a" }, { email: "a", token: "b" }, { email: "a", password: "b", token: "c" },
     { token: "" }, { email: "a", password: "" }].each do |given|
      error = assert_raises(ArgumentError, given.inspect) { Closum::Client.new("http://localhost", **given) }
      assert_equal "give either email: and password:, or token:", error.message
    end
  end

  def test_it_is_given_an_address
    [nil, "", "/crm", "//host", "http:/host", "mailto:s3cret", "host:s3cret", "host:99999", "::1", "user:s3cret@host",
     "ftp://localhost", "http://", "http:// x", "http://user:s3cret@host",
     "http://host?a=1", "http://host#a", "file:///etc/passwd", "http://host:99999", "http://host:0", " http://host",
     "http://host\n", "http://ho st", "http://host/a b", "http://@host", "http://s3cret@", "http://user:s3cret@host:x",
     "http://host?", "http://host#", "http://\xff"].each do |url|
      error = assert_raises(ArgumentError, url.inspect) { Closum::Client.new(url, token: "tok.en") }
      refute_match(/s3cret/, error.message)
    end
  end

  def test_timeout_and_retries_are_numbers
    wrong = [0, -1, "5", nil, Float::INFINITY, Float::NAN, 1e30, 1i].map { |value| { timeout: value } }
    wrong += [{ retries: -1 }, { retries: 1.5 }]
    wrong.each do |options|
      assert_raises(ArgumentError, options.inspect) { Closum::Client.new("http://localhost", token: "t", **options) }
    end
  end

  def test_the_address_may_have_a_path_and_a_slash
    ["", "/", "/crm", "/crm/", "/a/b//"].each do |path|
      ScriptedServer.run([ok(LEAD)]) do |server|
        client = Closum::Client.new(server.address + path, token: "tok.en", timeout: 60)
        client.leads.retrieve(1)
        assert_equal ["GET #{path.sub(%r{/+\z}, "")}/api/lead/1"], server.requests
      end
    end
  end

  def test_a_path_that_ends_in_api_is_the_apis_own
    { "/api" => "", "/api/" => "", "//api//" => "", "/crm/api" => "/crm", "/api/api" => "", "/my-api" => "/my-api",
      "/api/crm" => "/api/crm" }.each do |path, below|
      ScriptedServer.run([ok(LEAD)]) do |server|
        Closum::Client.new(server.address + path, token: "tok.en", timeout: 60).leads.retrieve(1)
        assert_equal ["GET #{below}/api/lead/1"], server.requests
      end
    end
  end

  def test_an_address_without_a_scheme
    { "localhost" => "http://localhost", "LocalHost:8000/api" => "http://localhost:8000", "127.0.0.1:1" => "http://127.0.0.1:1",
      "0.0.0.0:8000" => "http://0.0.0.0:8000", "[::1]:8000" => "http://[::1]:8000", "a.localhost" => "http://a.localhost",
      "crm.example.com/crm/" => "https://crm.example.com/crm", "203.0.113.5" => "https://203.0.113.5",
      "localhost.example.com:8443" => "https://localhost.example.com:8443" }.each do |given, url|
      assert_equal "#<Closum::Client #{url}>", Closum::Client.new(given, token: "t").inspect.downcase.sub("closum::c", "Closum::C")
    end
  end

  def test_it_says_who_it_is
    scripted(ok(LEAD)) do |client, server|
      client.leads.retrieve(1)
      headers = server.seen.first.headers
      assert_equal ["closum-ruby/#{Closum::VERSION}", "application/json", "identity", "Bearer tok.en"],
                   headers.values_at("user-agent", "accept", "accept-encoding", "authorization")
      refute headers.key?("content-type")
    end
  end

  def test_anything_else_can_be_asked_for
    answer = { "success" => true, "data" => [], "pagination" => { "count" => 0 } }
    scripted([200, answer], [201, answer], [200, answer]) do |client, server|
      assert_equal answer, client.request("GET", "/api/note", params: { sort: "a b", page: nil, limit: 1 })
      client.request(:post, "/api/note", json: { text: "x" })
      client.request("DELETE", "/api/note/1?a=1", params: { b: 2 })
      assert_equal ["GET /api/note?sort=a+b&limit=1", "POST /api/note", "DELETE /api/note/1?a=1&b=2"], server.requests
      assert_equal({ "text" => "x" }, server.seen[1].json)
    end
  end

  def test_params_are_plain
    scripted do |client, server|
      wrong = [{ a: Object.new }, { a: Time.now }, { a: "\xff" }, { a: Float::NAN }, { a: [[1]] }, { 1 => 2 }, "a=1"]
      wrong.each do |params|
        assert_raises(ArgumentError, params.inspect) { client.request("GET", "/api/lead", params: params) }
      end
      assert_raises(ArgumentError) { client.leads.list(limit: Object.new).first }
      assert_empty server.seen
    end
  end

  def test_a_request_has_a_path_of_the_server
    scripted do |client, _|
      [nil, "api/lead", "http://evil.example/", "", "/a b", "/a\r\nX: y", "/ação"].each do |path|
        assert_raises(ArgumentError, path) { client.request("GET", path) }
      end
      assert_raises(ArgumentError) { client.request("HEAD", "/api/lead") }
    end
  end
end
