# frozen_string_literal: true

require_relative "lib/closum/version"

Gem::Specification.new do |spec|
  spec.name = "closum"
  spec.version = Closum::VERSION
  spec.authors = ["the closum contributors"]
  spec.summary = "A client of the closum API"
  spec.description = "Leads, their addresses, numbers, stages, notes and tasks, of an account on a closum server. " \
                     "Needs nothing but Ruby's standard library."
  spec.license = "MIT"
  spec.homepage = "https://www.closum.com"
  spec.metadata = { "rubygems_mfa_required" => "true" }
  spec.required_ruby_version = ">= 3.1"
  spec.files = Dir.chdir(__dir__) { Dir["lib/**/*.rb", "README.md", "LICENSE"] }.sort
end
