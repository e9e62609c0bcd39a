# frozen_string_literal: true

require "minitest/autorun"
require "closum"

# The address and the user of a running server come from the environment.
class RealServerTest < Minitest::Test
  URL = ENV.fetch("CLOSUM_TEST_URL")
  EMAIL = ENV.fetch("CLOSUM_TEST_EMAIL")
  PASSWORD = ENV.fetch("CLOSUM_TEST_PASSWORD")

  def client = @client ||= Closum::Client.new(URL, email: EMAIL, password: PASSWORD)

  def teardown = @client&.close
end
