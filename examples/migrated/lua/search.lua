-- Names of the search's functions, for "pre" and "post" of its endpoint.

function refuse_short_words ()
  local r = request.load()
  if #r:query() < 4 then
    custom_error("search for at least two letters", 400)
  end
end

function count_results ()
  local data = response.load():data()
  local results = data:get("results")
  data:set("count", results:len())
end
