# frozen_string_literal: true

require_relative "helper"

# An update that is meant for one state of a record.
class IfMatchTest < ClosumTest
  TAG = '"3.2026-01-01T10:00:00+00:00"'

  def change(client, if_match: TAG) = client.leads.update(1, name: "Rui", if_match: if_match)

  def tags(server) = server.seen.map { |request| request.headers["if-match"] }

  def test_the_tag_of_a_retrieved_record_is_sent_as_it_is
    scripted([*ok(LEAD), { "ETag" => TAG }], ok([]), ok([])) do |client, server|
      lead = client.leads.retrieve(1)
      assert_equal TAG, lead.etag
      change(client, if_match: lead.etag)
      client.leads.update(1, name: "Rui")
      assert_equal [nil, TAG, nil], tags(server)
      assert_equal [{ "name" => "Rui" }] * 2, server.seen.drop(1).map(&:json)
    end
  end

  def test_other_forms_that_http_has
    ["*", '""', 'W/"x"', '"a", W/"b","c"'].each do |tag|
      scripted(ok([])) { |client, server| assert_equal [nil, [tag]], [change(client, if_match: tag), tags(server)] }
    end
  end

  def test_what_is_no_tag_is_refused_before_anything_is_sent
    scripted do |client, server|
      [nil, 1, "", "x", "#{TAG}\n", "#{TAG}\r\nX-A: b", '"é"', '"a" "b"', '"a b"', "**"].each do |tag|
        error = assert_raises(ArgumentError) { change(client, if_match: tag) }
        assert_match(/\Aif_match: is the etag of a record that was retrieved by its id/, error.message)
      end
      assert_empty server.seen
    end
  end

  def test_a_record_of_a_list_has_none
    scripted(page(LEAD), ok(LEAD)) do |client, _|
      [client.leads.list.first, client.leads.retrieve(1)].each do |lead|
        assert_nil lead.etag
        assert_raises(ArgumentError) { change(client, if_match: lead.etag) }
      end
    end
  end

  def test_the_tag_is_no_value_of_a_record
    scripted([*ok(LEAD), { "ETag" => TAG }], [*ok(LEAD), { "ETag" => '"4"' }]) do |client, _|
      lead, other = Array.new(2) { client.leads.retrieve(1) }
      assert_equal lead, other
      refute_includes lead.inspect, "etag"
      refute_includes lead.to_h, :etag
    end
  end

  def test_what_may_be_done_is_not_sent_again
    [:drop, refusal(503), [502, "<html>"]].each do |fault|
      scripted(fault) do |client, server|
        assert_predicate assert_raises(Closum::Error) { change(client) }, :outcome_unknown?
        assert_equal 1, server.seen.size
      end
    end
  end

  def test_what_did_nothing_is
    scripted(refusal(429), ok([])) do |client, server|
      change(client)
      assert_equal [TAG, TAG], tags(server)
    end
  end

  def test_a_refusal_changed_nothing
    scripted(refusal(412, "The record has been changed")) do |client, _|
      error = assert_raises(Closum::PreconditionFailed) { change(client) }
      assert_equal [412, "The record has been changed"], [error.status, error.server_message]
      refute_predicate error, :outcome_unknown?
    end
  end
end
