# frozen_string_literal: true

require_relative "helper"

class AccountTest < ClosumTest
  ACCOUNT = { "name" => "Acme", "zone" => "Europe/Lisbon", "country" => nil, "language" => "pt",
              "revision" => "first", "new_key" => 1 }.freeze

  def test_it_is_read_without_an_id
    scripted(ok(ACCOUNT)) do |client, server|
      account = client.account.retrieve
      assert_equal ["Acme", "Europe/Lisbon", nil, "pt", "first"], account.to_h.values
      assert_equal "GET /api/account", server.requests.last
    end
  end

  def test_what_lacks_a_value_is_unexpected
    scripted(ok(ACCOUNT.except("zone"))) do |client, _|
      assert_raises(Closum::UnexpectedAnswer) { client.account.retrieve }
    end
  end

  def test_an_update_is_meant_for_the_state_that_was_retrieved
    tag = '"3.2026-01-01T10:00:00+00:00"'
    scripted([*ok(ACCOUNT), { "ETag" => tag }], ok([])) do |client, server|
      account = client.account.retrieve
      client.account.update(zone: "WET", if_match: account.etag)
      assert_equal([nil, tag], server.seen.map { |request| request.headers["if-match"] })
      assert_raises(ArgumentError) { client.account.update(zone: "WET", if_match: nil) }
      assert_equal 2, server.seen.size
    end
  end

  def test_what_is_given_is_sent
    scripted(ok([])) do |client, server|
      assert_nil client.account.update(zone: "WET", country: nil)
      assert_equal "PUT /api/account", server.requests.last
      assert_equal({ "zone" => "WET", "country" => nil }, server.seen.last.json)
    end
  end
end
