# frozen_string_literal: true

require "pathname"
require "stringio"
require "tmpdir"
require_relative "helper"

# Files of leads: sent in pieces, waited for, and imported.
class ImportsTest < ClosumTest
  AT = "2018-01-01T10:00:00+00:00"
  SUMMARY = {
    id: 3, phase: "ready", error: nil, file: { name: "leads.csv", size: 9, sha256: "ab", is_kept: true }, format: "csv",
    encoding: "utf-8", delimiter: ",", sheet: nil, header_line: 1, match: %w[email phone], on_match: "skip", country: nil,
    rows: 2, total: nil, rate: 2.5, counts: { created: 1 }, is_dry_run: false, operation: nil, undone_by: nil, created: AT,
    modified: AT
  }.freeze
  WHOLE = SUMMARY.merge(
    sheets: [], columns: [{ column: 1, heading: "Nome", to: "name", type: "text", samples: ["Ana", 1] }], warning_count: 0,
    warnings: [], faults: [{ line: 3, faults: [{ column: 2, property: "email", rule: "_email", message: "no" }] }], preview: []
  ).freeze
  CONTENT = ((0..255).map(&:chr).join.b * 600).freeze

  def phases(*names) = names.map { |name| ok(WHOLE.merge(phase: name)) }

  def in_folder
    Dir.mktmpdir do |folder|
      path = File.join(folder, "é b.csv")
      File.binwrite(path, CONTENT)
      yield path
    end
  end

  def test_what_rows_become_is_said
    scripted(created(3)) do |client, server|
      assert_equal 3, client.imports.upload(StringIO.new("name\nNews\n"), resource: "audience_list")
      assert_equal "/api/import?resource=audience_list", server.seen.first.target
    end
  end

  def test_a_file_is_sent_with_its_name
    memory = StringIO.new("before#{CONTENT}".b)
    memory.seek(6)
    in_folder do |path|
      scripted(*[created(3)] * 4) do |client, server|
        assert_equal 3, client.imports.upload(path)
        client.imports.upload(Pathname.new(path), name: "other")
        File.open(path, "rb") { |file| client.imports.upload(file) }
        client.imports.upload(memory)
        headers = server.seen.map(&:headers)
        assert_equal(["%C3%A9%20b.csv", "other", "%C3%A9%20b.csv", ""], headers.map { |one| one["x-file-name"].to_s })
        assert_equal [[CONTENT.bytesize.to_s, "application/octet-stream"]],
                     headers.map { |one| one.values_at("content-length", "content-type") }.uniq
        assert_equal [CONTENT], server.seen.map(&:body).uniq
      end
    end
  end

  def test_it_is_sent_again_from_its_beginning_with_its_key
    in_folder do |path|
      scripted(:drop, refusal(503), created(3)) do |client, server|
        assert_equal 3, client.imports.upload(path)
        assert_equal [CONTENT] * 3, server.seen.map(&:body)
        assert_equal 1, server.seen.map { |one| one.headers["idempotency-key"] }.uniq.size
      end
    end
  end

  def test_what_cannot_be_sent
    scripted do |client, server|
      reader, writer = IO.pipe
      assert_match(/not a pipe/, assert_raises(ArgumentError) { client.imports.upload(reader) }.message)
      [reader, writer].each(&:close)
      assert_raises(Errno::ENOENT) { client.imports.upload("there/is/no.csv") }
      assert_empty server.seen
    end
  end

  def test_records
    scripted(ok(WHOLE), ok([SUMMARY], pagination: { next: nil, has_next_page: false, limit: nil })) do |client, server|
      found = client.imports.retrieve(3)
      assert_equal [2.5, ["Ana", 1], "_email"],
                   [found.rate, found.columns.first.samples, found.faults.first.faults.first["rule"]]
      assert_equal(["leads.csv"], client.imports.list.map { |one| one.file["name"] })
      assert_equal ["GET /api/import/3", "GET /api/import"], server.requests
    end
  end

  def test_waiting
    scripted(*phases("analysis", "import", "done", "import", "import")) do |client, _|
      assert_equal "done", client.imports.wait(3).phase
      assert_equal [0.25, 0.375], clock.slept
      error = assert_raises(Timeout::Error) { client.imports.wait("3", timeout: 0.2) }
      assert_equal "3 has not ended within 0.2 s: it goes on", error.message
    end
  end

  def test_from_the_beginning_to_the_end
    steps = [created(3), *phases("ready", "analysis", "ready", "ready"), ok(SUMMARY), *phases("done")]
    in_folder do |path|
      scripted(*steps) do |client, server|
        mapping = [{ column: 1, to: "name" }]
        found = client.imports.run(path, encoding: "cp1252", on_match: "update", mapping: mapping)
        assert_equal "done", found.phase
        assert_equal ["POST /api/import", "GET /api/import/3", "PUT /api/import/3", "GET /api/import/3", "PUT /api/import/3",
                      "POST /api/import/3/start", "GET /api/import/3"], server.requests
        assert_equal [{ "encoding" => "cp1252" }, { "on_match" => "update", "mapping" => [{ "column" => 1, "to" => "name" }] },
                      { "dry_run" => false, "sha256" => "ab" }], server.seen.values_at(2, 4, 5).map(&:json)
      end
    end
  end

  def test_what_is_refused_at_this_point_is_not_sent_again
    scripted(refusal(409, "Import 3 has ended")) do |client, _|
      error = assert_raises(Closum::Conflict) { client.imports.start(3) }
      assert_match(/has ended/, error.message)
      refute_predicate error, :outcome_unknown?
    end
  end

  def test_a_file_that_cannot_be_read_is_not_started
    in_folder do |path|
      scripted(created(3), *phases("failed")) do |client, _|
        assert_equal "failed", client.imports.run(path, country: "PT").phase
      end
    end
  end
end
