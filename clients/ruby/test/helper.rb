# frozen_string_literal: true

require "minitest/autorun"
require "closum"
require "timeout"
require_relative "scripted_server"

# Stands still but for what is slept, and remembers that.
class FakeClock
  attr_accessor :monotonic, :now, :random
  attr_reader :slept

  def initialize
    @monotonic = 1000.0
    @now = Time.utc(2026, 1, 1)
    @random = 0.0
    @slept = []
  end

  def sleep(seconds)
    @slept << seconds
    @monotonic += seconds
  end
end

module Helpers
  LEAD = {
    "id" => 1, "name" => "Sylvia", "city_id" => 40, "custom_data" => nil,
    "creation_date" => "2018-01-01T10:00:00+00:00", "phone" => nil, "email" => { "email" => "sylvia@example.com" }
  }.freeze

  # A client of a server that answers with these steps; afterwards it has to have taken them all.
  def scripted(*steps, **options, &)
    ScriptedServer.run(steps) do |server|
      yield scripted_client(server, **options), server
      assert_empty server.left, "steps that were never asked for"
    end
  end

  def scripted_client(server, token: "tok.en", **options)
    credentials = options.key?(:email) ? {} : { token: token }
    Closum::Client.new(server.address, timeout: 60, clock: clock, **credentials, **options)
  end

  def clock = @clock ||= FakeClock.new

  # A fault has to end a test, too.
  def wait_until(&)
    Timeout.timeout(300) { Thread.pass until yield }
  end

  def wait_for(queue, count = 1) = Timeout.timeout(300) { Array.new(count) { queue.pop } }

  # What each of the threads raised, once all of them wait: the block lets them go on.
  def errors_of(count, call)
    threads = Array.new(count) { Thread.new { assert_raises(Closum::Error, &call) } }
    wait_until { threads.all?(&:stop?) }
    yield
    threads.map(&:value)
  end

  def ok(data, **more) = [200, { success: true, data: data, **more }]

  def created(id = 1) = [201, { success: true, data: { id: id } }]

  def page(*records, number: 1, of: 1)
    pagination = { page_count: of, current_page: number, has_next_page: number < of, has_prev_page: number > 1,
                   count: of * records.size, limit: nil }
    ok(records, pagination: pagination)
  end

  def lead(id) = LEAD.merge("id" => id)

  def token(text = "one", expires_in: 600) = ok({ token: text, expires_in: expires_in, expiration_date: "2026-12-01T10:00:00+00:00" })

  def refusal(status, message = "No", headers: {}, **more)
    [status, { success: false, data: { code: status, url: "/", message: message, **more } }, headers]
  end
end

class ClosumTest < Minitest::Test
  include Helpers
end
