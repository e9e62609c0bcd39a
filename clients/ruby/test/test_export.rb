# frozen_string_literal: true

require "digest"
require "pathname"
require "stringio"
require "tmpdir"
require_relative "helper"

# A list as a file, which is whole or not there.
class ExportTest < ClosumTest
  CONTENT = "id,name\r\n1,Ana\r\n"

  def file(content = CONTENT, sent: content)
    [200, content, { "Content-Type" => "text/csv", "Repr-Digest" => "sha-256=:#{Digest::SHA256.base64digest(sent)}:" }]
  end

  def in_folder(&) = Dir.mktmpdir(&)

  def test_a_path_gets_the_file
    in_folder do |folder|
      path = File.join(folder, "leads.csv")
      scripted(file) do |client, server|
        done = client.leads.export(path, filter: "name~=ana", fields: %w[id name], sort: "name", where: { city_id: 1 })
        assert_equal Closum::Exported.new(size: CONTENT.bytesize, sha256: Digest::SHA256.hexdigest(CONTENT)), done
        assert_equal "GET /api/lead/export?sort=name&filter=name%7E%3Dana&filter=city_id%3D1&format=csv&fields=id%2Cname",
                     server.requests.first
        assert_equal "*/*", server.seen.first.headers["accept"]
      end
      assert_equal [CONTENT, 0o600], [File.binread(path), File.stat(path).mode & 0o777]
      assert_equal ["leads.csv"], Dir.children(folder)
    end
  end

  def test_what_is_open_gets_it_too
    io = StringIO.new("before".dup, "a+b")
    io.seek(0, IO::SEEK_END)
    scripted(file) { |client, _| client.leads.export(io, format: "xlsx") }
    assert_equal "before#{CONTENT}", io.string
  end

  def test_a_file_that_exists_stays
    in_folder do |folder|
      path = File.join(folder, "leads.csv")
      File.write(path, "mine")
      scripted { |client, _| assert_raises(ArgumentError) { client.leads.export(path) } }
      assert_equal "mine", File.read(path)
      scripted(file) { |client, _| client.leads.export(path, overwrite: true) }
      assert_equal CONTENT, File.binread(path)
    end
  end

  def test_nothing_is_left_of_what_is_not_whole
    in_folder do |folder|
      path = File.join(folder, "leads.csv")
      [file(sent: "other"), [200, "<html>", {}], [400, { "success" => false, "data" => { "code" => 400, "message" => "no such property" } }]].each do |step|
        scripted(step) { |client, _| assert_raises(Closum::Error) { client.leads.export(path) } }
        assert_empty Dir.children(folder)
      end
    end
  end

  def test_one_that_breaks_off_is_begun_again
    half = [200, CONTENT[0, 5], file[2].merge("Content-Length" => CONTENT.bytesize)]
    in_folder do |folder|
      path = File.join(folder, "leads.csv")
      scripted([:then_close, half], file) { |client, _| client.leads.export(path) }
      assert_equal CONTENT, File.binread(path)
    end
    io = StringIO.new(+"")
    scripted([:then_close, half], file) { |client, _| client.leads.export(io) }
    assert_equal CONTENT, io.string
  end

  def test_formats
    scripted do |client, _|
      assert_raises(ArgumentError) { client.leads.export(StringIO.new, format: "pdf") }
    end
    in_folder do |folder|
      scripted(file) do |client, server|
        client.emails.export(Pathname.new(folder) / "e.NDJSON")
        assert_equal "GET /api/email/export?format=ndjson", server.requests.first
      end
    end
  end
end
