# frozen_string_literal: true

require "open3"
require "tempfile"
require_relative "real_server"

# The examples of the README, one after the other, as one program.
class ReadmeTest < RealServerTest
  ROOT = File.expand_path("..", __dir__)
  README = File.read(File.join(ROOT, "README.md"), encoding: "UTF-8")

  def test_the_examples_do_what_they_say
    printed = run_program(replaced(README.scan(/^```ruby\n(.*?)^```$/m).join("\n")))
    assert_match(/\ASylvia L. Hook\nsylvialhook@closum.com\n\d{4}-\d\d-\d\d [\d:]{8} UTC\nSylvia L. Hook\n/, printed)
    assert_match(/^422 1 validation error occurred: email: This value must be an e-mail address/, printed)
    assert_match(/^1 validation error occurred$/, printed)
    assert_match(/^\{"email" ?=> ?\{"email" ?=> ?\{"_email" ?=> ?"This value must be .*\}\}\}\nThis value must be /, printed)
    assert_match(/^2 created\n201\n200\n200\n404\n1 of 1 changed\n/, printed)
    assert_match(/^it went into 1$/, printed)
    assert_match(/\n3\n\z/, printed)
  end

  private

  def replaced(program)
    token = client.request("POST", "/api/token", json: { email: EMAIL, password: PASSWORD })["data"]["token"]
    values = { "http://127.0.0.1:8000" => URL, "email@closum.com" => EMAIL, "yourpassword" => PASSWORD,
               "your.bearer.token" => token }
    values.each_key { |placeholder| assert_includes program, placeholder }
    program.gsub(Regexp.union(values.keys.map { |key| "\"#{key}\"" })) { |found| values[found[1..-2]].inspect }
  end

  def run_program(program)
    Tempfile.create(["readme", ".rb"]) do |file|
      file.write(program)
      file.flush
      printed, status = Open3.capture2e(RbConfig.ruby, "-W1", "-I", File.join(ROOT, "lib"), file.path)
      assert_predicate status, :success?, printed
      refute_match(/warning:/, printed)
      printed
    end
  end
end
