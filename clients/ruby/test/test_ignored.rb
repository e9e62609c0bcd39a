# frozen_string_literal: true

require_relative "helper"

class IgnoredTest < ClosumTest
  def ignoring(names) = [201, { success: true, data: { id: 1 } }, { "X-Ignored-Properties" => names }]

  def create(client) = client.request("POST", "/api/lead", json: { city: "Lisboa" })["data"]["id"]

  # What the calls of the block warned of.
  def warned(*headers)
    said = nil
    scripted(*headers.map { |names| ignoring(names) }) do |client, _|
      _, said = capture_io { headers.each { yield client } }
    end
    said
  end

  def test_it_has_the_names_and_points_to_the_call
    said = warned("city, phone.foo, a%2Cb%20%C3%BC%1B, %E2%80%A6") { |client| assert_equal 1, create(client) }
    line = method(:create).source_location.last
    assert_match(/\A#{__FILE__}:#{line}: warning: POST http.*: the server ignored city, phone.foo, a,b ü\\e, … \(/, said)
    assert_equal 1, said.lines.size
  end

  def test_methods_of_resources_warn_too
    said = warned("city") { |client| client.leads.create(name: "Ana") }
    assert_match(/\A#{__FILE__}:#{__LINE__ - 1}: warning: .*ignored city/, said)
    assert_match(/\A#{__FILE__}/, warned("city") { |client| client.leads.update(1, name: "Ana") })
  end

  def test_the_same_names_are_told_once
    said = warned("city", "city", "city, age", "city", "age") { |client| create(client) }
    assert_equal ["city", "city, age", "age"], said.scan(/ignored (.*?) \(/).flatten
  end

  def test_without_names_there_is_none
    assert_empty(warned(nil, "") { |client| create(client) })
  end

  def test_it_can_be_silenced
    before = $VERBOSE
    $VERBOSE = nil
    assert_empty(warned("city") { |client| create(client) })
  ensure
    $VERBOSE = before
  end
end
