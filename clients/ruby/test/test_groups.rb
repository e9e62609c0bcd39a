# frozen_string_literal: true

require_relative "helper"

# The bin, operations and background work.
class GroupsTest < ClosumTest
  AT = "2018-01-01T10:00:00+00:00"
  TIME = Time.utc(2018, 1, 1, 10)
  OPERATION = {
    id: 9, at: AT, user: { id: 1, email: "email@closum.com" }, cause: "api", changes: 1,
    counts: { lead: { update: 1 } }, undoes: nil, undone_by: 10, can_be_undone_until: AT
  }.freeze
  ENTRY = {
    id: 3, resource: "lead", record_id: 1, record: { id: 1, name: "Ana" }, deleted_date: AT, expires_date: AT,
    user: nil, operation: 3
  }.freeze
  LEFT = { resource: "lead", id: 7, properties: ["name"], reason: "changed since", belonging: nil }.freeze
  HELD = { resource: "lead", id: 8, properties: nil, reason: "added to", belonging: { "note" => 2 } }.freeze
  JOB = {
    id: "undo-1", kind: "undo", state: "running", done: 3000, total: nil, error: nil, created: AT, modified: AT,
    operation: nil, left_count: 1, left: [LEFT]
  }.freeze

  def part(*found, after: nil) = ok(found, pagination: { next: after, has_next_page: !after.nil?, limit: nil })

  def jobs(*states) = states.map { |state| ok(JOB.merge(state: state)) }

  def test_operations_are_walked_to_the_oldest
    older = OPERATION.merge(id: 2, user: nil, counts: nil, can_be_undone_until: nil)
    scripted(part(OPERATION, after: 9), part(older), part(older)) do |client, server|
      walk = client.operations.list(limit: 1)
      assert_empty server.seen
      newest, oldest = walk.to_a
      assert_equal [9, TIME, { "lead" => { "update" => 1 } }, 1], [newest.id, newest.at, newest.counts, newest.user.id]
      assert_equal [2, nil, nil, nil], [oldest.id, oldest.user, oldest.counts, oldest.can_be_undone_until]
      assert_equal [2], client.operations.list(before: 9).map(&:id)
      assert_equal(%w[limit=1 before=9&limit=1 before=9].map { |asked| "GET /api/operation?#{asked}" }, server.requests)
      assert_equal "#<Closum::NewestFirst of /api/operation>", walk.inspect
    end
  end

  def test_one_operation_has_its_records
    changed = { resource: "lead", id: 7, verb: "update", properties: ["name"] }
    scripted(ok(OPERATION.merge(records: [changed])), ok(OPERATION.merge(records: []))) do |client, server|
      found = client.operations.retrieve("9")
      assert_equal [changed], found.to_h[:records]
      assert_instance_of Closum::ChangedRecord, found.records.first
      assert_match(/id 9, not 8/, assert_raises(Closum::UnexpectedAnswer) { client.operations.retrieve(8) }.message)
      assert_equal ["GET /api/operation/9", "GET /api/operation/8"], server.requests
    end
  end

  def test_an_undo_says_what_is_done_and_what_is_left
    undone = { resource: "lead", id: 1, properties: nil }
    named = { operation: nil, undone_count: nil, undone: [undone], left_count: nil, left: [LEFT, HELD] }
    steps = [ok(named.merge(left: [LEFT.except(:belonging), HELD])), ok({ operation: 10, undone_count: 0, undone: [], left_count: 0, left: [] }),
             [202, { success: true, data: { job: JOB } }]]
    scripted(*steps) do |client, server|
      tried = client.operations.undo(9, dry_run: true)
      assert_equal(named, tried.to_h)
      assert_equal 10, client.operations.undo(9).operation
      begun = client.operations.undo(9, dry_run: false)
      assert_instance_of Closum::Job, begun
      assert_equal ["undo-1", 3000, nil, tried.left.first(1)], [begun.id, begun.done, begun.total, begun.left]
      assert_equal ["POST /api/operation/9/undo"] * 3, server.requests
      assert_equal [{ "dry_run" => true }, {}, { "dry_run" => false }], server.seen.map(&:json)
    end
  end

  def test_the_bin
    steps = [part(ENTRY, after: 3), part(ENTRY.merge(id: 2, record: nil)), ok(ENTRY),
             ok({ id: 1, resource: "lead", left: [LEFT] }), ok([])]
    scripted(*steps) do |client, server|
      first, second = client.bin.list(resource: "lead", record_id: 1, limit: 1).to_a
      assert_equal first, client.bin.retrieve(3)
      assert_equal [1, { "id" => 1, "name" => "Ana" }, TIME, nil], [first.record_id, first.record, first.deleted_date, first.user]
      assert_equal [2, nil], [second.id, second.record]
      assert_equal [LEFT], client.bin.restore(3).to_h[:left]
      assert_nil client.bin.purge("3")
      assert_equal ["GET /api/bin?resource=lead&record_id=1&limit=1", "GET /api/bin?before=3&resource=lead&record_id=1&limit=1",
                    "GET /api/bin/3", "POST /api/bin/3/restore", "DELETE /api/bin/3"], server.requests
    end
  end

  def test_reports_are_asked_for_by_day_and_owner
    row = { value: "213", label: "Abrantes", count: 3 }
    report = { by: "city", first_day: "2026-01-31", last_day: nil, total: 4, others: 1, rows: [row] }
    scripted(ok(report)) do |client, server|
      found = client.reports.leads(by: "city", from: Date.new(2026, 1, 31), owner_id: "", limit: 1)
      assert_equal [["213", "Abrantes", 3]], (found.rows.map { |one| [one.value, one.label, one.count] })
      assert_equal [4, 1, "2026-01-31", nil], [found.total, found.others, found.first_day, found.last_day]
      assert_equal ["GET /api/report/leads?by=city&from=2026-01-31&owner_id=&limit=1"], server.requests
    end
  end

  def test_background_work_is_one_part
    scripted(ok([JOB], pagination: { has_next_page: true, limit: 1 }), *jobs("done")) do |client, server|
      assert_equal [["undo-1", TIME]], (client.jobs.list(limit: 1).map { |job| [job.id, job.created] })
      assert_equal "done", client.jobs.retrieve("undo-1").state
      assert_equal ["GET /api/job?limit=1", "GET /api/job/undo-1"], server.requests
    end
  end

  def test_waiting_looks_less_and_less_often
    scripted(*jobs("pending", *["running"] * 11, "done")) do |client, _|
      assert_equal "done", client.jobs.wait("undo-1").state
    end
    assert_equal [0.25, 0.375, 0.5625], clock.slept.first(3)
    assert_equal [8, 8, 8], clock.slept.last(3)
    assert_equal clock.slept.sort, clock.slept
  end

  def test_what_was_given_up_has_ended
    scripted(ok(JOB.merge(state: "failed", error: "no room"))) do |client, _|
      assert_equal "no room", client.jobs.wait("undo-1", timeout: 5).error
    end
    assert_empty clock.slept
  end

  def test_waiting_ends
    scripted(*jobs("running", "running", "running", "running")) do |client, _|
      error = assert_raises(Timeout::Error) { client.jobs.wait("undo-1", timeout: 1) }
      assert_equal "undo-1 has not ended within 1 s: it goes on", error.message
    end
    assert_equal [0.25, 0.375, 0.375], clock.slept
  end

  def test_what_cannot_be_asked
    scripted do |client, server|
      [true, nil, "x", "1/2", 0, ""].each do |id|
        %i[retrieve restore purge].each { |name| assert_raises(ArgumentError) { client.bin.public_send(name, id) } }
        assert_raises(ArgumentError) { client.operations.undo(id) }
        assert_raises(ArgumentError) { client.jobs.wait(id) }
      end
      assert_raises(ArgumentError) { client.operations.list(limit: 0) }
      assert_raises(ArgumentError) { client.jobs.list(limit: 1001) }
      assert_empty server.seen
    end
  end

  def test_an_answer_of_another_shape
    [ok([]), ok([{}], pagination: { has_next_page: false })].each do |step|
      scripted(step) { |client, _| assert_raises(Closum::UnexpectedAnswer) { client.jobs.list.to_a } }
    end
    [ok([1]), ok({ operation: 1, undone: {}, left: [] }), ok({ job: 1 })].each do |step|
      scripted(step) { |client, _| assert_raises(Closum::UnexpectedAnswer) { client.operations.undo(1) } }
    end
  end
end
