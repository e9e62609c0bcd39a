# frozen_string_literal: true

require_relative "helper"
require "uri"

class FindTest < ClosumTest
  def by_cursor(*records, after: nil)
    pagination = { page_count: nil, current_page: nil, has_next_page: !after.nil?, has_prev_page: false,
                   count: nil, limit: nil, next_cursor: after }
    ok(records, pagination: pagination)
  end

  def asked(request) = URI.decode_www_form(request.split("?", 2)[1].to_s)

  SENT = [
    [{ filter: "city_id=213" }, [%w[filter city_id=213]]],
    [{ filter: ["city_id=213", "name~=ana b"] }, [%w[filter city_id=213], ["filter", "name~=ana b"]]],
    [{ filter: [] }, []],
    [{ filter: "" }, [["filter", ""]]],
    [{ q: "" }, [["q", ""]]],
    [{ count: false }, [%w[count false]]],
    [{ where: { email: "ana@example.com" } }, [%w[filter email=ana@example.com]]],
    [{ where: { phone: "+351 912" } }, [["filter", "phone=+351 912"]]],
    [{ where: { city_id: nil } }, [%w[filter city_id=]]],
    [{ where: { city_id: [40, nil] } }, [%w[filter city_id=40], %w[filter city_id=]]],
    [{ where: { "phone.is_valid" => true } }, [%w[filter phone.is_valid=true]]],
    [{ where: { "custom_data.a=" => "=1+1", "limit" => "=1" } }, [%w[custom_data.a= =1+1], ["filter", "limit==1"]]],
    [{ where: { "custom_data.a>=b" => "x", "custom_data.50%~" => 1.5 } },
     [%w[filter custom_data.a%3E%3Db=x], %w[filter custom_data.50%25%7E=1.5]]],
    [{ where: { creation_date: Date.new(2026, 1, 31) } }, [%w[filter creation_date=2026-01-31]]],
    [{ where: { creation_date: Time.utc(2026, 1, 31, 10) } }, [%w[filter creation_date=2026-01-31T10:00:00Z]]],
    [{ changed_since: "-7d" }, [%w[changed_since -7d]]],
    [{ changed_since: Date.new(2026, 1, 31) }, [%w[changed_since 2026-01-31]]],
    [{ changed_since: Time.utc(2026, 1, 31, 10) }, [%w[changed_since 2026-01-31T10:00:00Z]]],
    [{ where: { limit: 1 } }, [%w[filter limit=1]]]
  ].freeze

  def test_what_is_asked_for
    SENT.each do |given, sent|
      scripted(page(lead(1))) do |client, server|
        assert_equal [1], client.leads.list(**given).map(&:id)
        assert_equal sent, asked(server.requests.last)
      end
    end
  end

  def test_what_cannot_be_sent_is_not
    scripted do |client, server|
      [{ where: { city_id: [] } }, { where: { city_id: Object.new } }, { where: "id=1" }, { page: 2, cursor: "" },
       { changed_since: 7 }, { filter: [7] }, { filter: { id: 1 } }, { where: { name: Float::NAN } }].each do |given|
        assert_raises(ArgumentError, given.inspect) { client.leads.list(**given) }
      end
      assert_raises(ArgumentError) { client.leads.select([]) }
      assert_raises(ArgumentError) { client.leads.retrieve(7, fields: []) }
      assert_empty server.seen
    end
  end

  def test_a_walk_by_cursor
    scripted(by_cursor(lead(1), after: "A"), by_cursor(lead(2))) do |client, server|
      pages = client.leads.list(cursor: "", filter: "id<9", count: false).pages.to_a
      assert_equal [[1], [2]], (pages.map { |one| one.map(&:id) })
      assert_equal "#<Closum::Page by cursor, 1 records>", pages.first.inspect
      assert_equal [nil, nil, nil, "A"],
                   pages.first.pagination.to_h.values_at(:count, :page_count, :current_page, :next_cursor)
      assert_equal [["cursor", ""], %w[cursor A]], (server.requests.map { |one| asked(one).assoc("cursor") })
      assert_equal([%w[filter id<9]] * 2, server.requests.map { |one| asked(one).assoc("filter") })
    end
  end

  def test_a_cache_that_does_not_know_cursors
    [[page(lead(1))], [by_cursor(lead(1), after: "A"), by_cursor(lead(1), after: "A")]].each do |answers|
      scripted(*answers) do |client, _|
        assert_raises(Closum::UnexpectedAnswer) { client.leads.list(cursor: "").to_a }
      end
    end
  end

  # Errors are logged, and a query string may name a person.
  def test_no_error_shows_what_was_looked_for
    redirect = [302, "", { "Location" => "http://other.test/?filter=ana" }]
    [refusal(400), [200, "<html>"], redirect, page(lead(1), number: 2)].each do |answer|
      scripted(answer, retries: 0) do |client, _|
        error = assert_raises(Closum::Error) { client.leads.list(where: { email: "ana@example.com" }).first_page }
        shown = "#{error.message} #{error.inspect} #{error.url}"
        assert_includes shown, "/api/lead"
        refute_includes shown, "ana"
      end
    end
  end

  def test_chosen_properties_of_a_record
    row = { "id" => 7, "email" => { "email" => "ana@example.com" } }
    scripted(ok(row), ok({ "name" => nil }), ok({ "id" => 8 })) do |client, server|
      assert_equal row, client.leads.retrieve("7", fields: %w[id email.email])
      assert_equal [["fields", "id,email.email"]], asked(server.requests.last)
      assert_equal({ "name" => nil }, client.leads.retrieve(7, fields: "name"))
      assert_raises(Closum::UnexpectedAnswer) { client.leads.retrieve(7, fields: "id") }
    end
  end

  def test_chosen_properties_are_plain
    row = { "id" => 1, "email" => { "email" => "ana@example.com" } }
    scripted(page(row)) do |client, server|
      assert_equal [row], client.leads.select(%w[id email.email], where: { id: 1 }).to_a
      assert_equal [%w[filter id=1], %w[fields id,email.email]].sort, asked(server.requests.last).sort
    end
  end
end
