# frozen_string_literal: true

require_relative "helper"

class ListsTest < ClosumTest
  def three_pages = [1, 2, 3].map { |number| page(lead((number * 2) - 1), lead(number * 2), number: number, of: 3) }

  def test_a_list_asks_for_nothing_by_itself
    scripted do |client, server|
      list = client.leads.list
      assert_equal "#<Closum::Records of /api/lead>", list.inspect
      assert_equal "#<Closum::Records of /api/lead limit=5 page=2 sort=name>",
                   client.leads.list(limit: 5, page: 2, sort: "name").inspect
      assert_empty server.seen
    end
  end

  def test_a_walk_goes_through_all_pages
    scripted(*three_pages) do |client, server|
      assert_equal [1, 2, 3, 4, 5, 6], client.leads.list(limit: 2, sort: :name, direction: "desc").map(&:id)
      assert_equal "GET /api/lead?limit=2&sort=name&direction=desc", server.requests.first
      assert_equal "GET /api/lead?limit=2&page=3&sort=name&direction=desc", server.requests.last
    end
  end

  def test_a_walk_begins_where_it_is_told
    scripted(*three_pages.drop(1)) do |client, server|
      assert_equal [3, 4, 5, 6], client.leads.list(page: 2).map(&:id)
      assert_equal ["GET /api/lead?page=2", "GET /api/lead?page=3"], server.requests
    end
  end

  def test_only_what_is_needed_is_fetched
    scripted(*three_pages.take(1)) { |client, _| assert_equal [1, 2], client.leads.list.first(2).map(&:id) }
    scripted(*three_pages.take(2)) { |client, _| assert_equal 3, client.leads.list.first(3).size }
    scripted(*three_pages.take(2)) do |client, _|
      assert_equal [4], client.leads.list.lazy.map(&:id).select(&:even?).reject { |id| id == 2 }.first(1)
    end
  end

  def test_without_a_block_there_are_enumerators
    scripted(*three_pages) do |client, server|
      each = client.leads.list.each
      assert_equal [1, 2, 3], Array.new(3) { each.next.id }
      assert_equal 2, server.seen.size
      assert_equal 6, 3.times.map { each.next.id }.last
      assert_raises(StopIteration) { each.next }
    end
  end

  def test_each_walk_asks_anew
    scripted(page(lead(1)), page(lead(2))) do |client, _|
      list = client.leads.list
      assert_equal [[1], [2]], [list.map(&:id), list.map(&:id)]
    end
  end

  def test_pages_have_their_place
    scripted(*three_pages) do |client, _|
      pages = client.leads.list.pages
      assert_kind_of Enumerator, pages
      assert_equal([[1, 2], [3, 4], [5, 6]], pages.map { |page| page.records.map(&:id) })
    end
  end

  def test_a_page_is_enumerable
    scripted(*three_pages.take(1)) do |client, _|
      page = client.leads.list.first_page
      assert_equal [1, 2], page.map(&:id)
      assert_equal 2, page.each.size
      assert_equal [3, 1, true, false, 6, nil, nil], page.pagination.to_h.values
      assert_equal "#<Closum::Page 1 of 3, 2 records>", page.inspect
    end
  end

  def test_one_page_alone
    scripted(three_pages[1]) do |client, server|
      assert_equal [3, 4], client.leads.list(page: 2).first_page.map(&:id)
      assert_equal ["GET /api/lead?page=2"], server.requests
    end
  end

  def test_an_empty_list_is_empty
    scripted(page) { |client, _| assert_empty client.leads.list.to_a }
  end

  def test_a_page_that_vanished_ends_the_walk
    scripted(three_pages[0], refusal(404)) { |client, _| assert_equal [1, 2], client.leads.list.map(&:id) }
  end

  def test_an_empty_page_ends_the_walk_whatever_it_says
    empty = page(number: 2, of: 9)
    scripted(three_pages[0], empty) { |client, _| assert_equal [1, 2], client.leads.list.map(&:id) }
    scripted(page(number: 1, of: 9)) { |client, _| assert_empty client.leads.list.to_a }
  end

  def test_another_page_than_the_asked_one_is_not_an_answer
    scripted(*[three_pages[0]] * 2) do |client, _|
      error = assert_raises(Closum::UnexpectedAnswer) { client.leads.list.to_a }
      assert_match(/it is page 1, not 2, which was asked for\z/, error.message)
    end
    scripted(three_pages[0]) do |client, _|
      assert_raises(Closum::UnexpectedAnswer) { client.leads.list(page: 2).first_page }
    end
    scripted(three_pages[1]) { |client, _| assert_raises(Closum::UnexpectedAnswer) { client.leads.list.first } }
  end

  def test_but_the_first_has_to_be_there
    scripted(refusal(404)) { |client, _| assert_raises(Closum::NotFound) { client.leads.list(page: 9).to_a } }
  end

  def test_a_404_of_the_caller_is_the_callers
    scripted(three_pages[0], refusal(404)) do |client, _|
      assert_raises(Closum::NotFound) { client.leads.list.each { |lead| client.emails.retrieve(lead.id) } }
    end
  end

  def test_a_limit_is_the_size_of_a_page
    scripted do |client, server|
      [0, -1, 1001, 5000, "5", 1.5].each do |limit|
        error = assert_raises(ArgumentError, limit.inspect) { client.leads.list(limit: limit) }
        assert_match(/from 1 to 1000/, error.message)
      end
      [0, -1].each { |page| assert_raises(ArgumentError) { client.leads.list(page: page) } }
      assert_empty server.seen
    end
    scripted(page(lead(1))) { |client, _| assert_equal [1], client.leads.list(limit: 1000).map(&:id) }
  end

  def test_a_page_is_a_number
    scripted { |client, _| assert_raises(ArgumentError) { client.leads.list(page: "2") } }
  end
end
