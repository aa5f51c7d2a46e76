"""The Graph Store Protocol beyond what the W3C tests ask: media types, errors, datasets."""

import io

import pytest

TURTLE = "<http://a/> <http://b/> 1 ."


def put(client, path, data, headers, media_type="text/turtle"):
    return client.put(path, data=data, headers=headers, content_type=media_type)


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("text/turtle; charset=utf-8", TURTLE),
        ("application/n-triples", '<http://a/> <http://b/> "1" .'),
        ("application/ld+json", '{"@id": "http://a/", "http://b/": 1}'),
        (
            "application/rdf+xml",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="http://a/" xmlns:b="http://b/" b:p="1"/></rdf:RDF>',
        ),
        ("application/trig", TURTLE),
    ],
)
def test_every_rdf_format_comes_in(client, bearer, media_type, data):
    response = put(client, "/graphs/made", data, bearer, media_type)
    assert response.status_code == 201
    assert client.get("/graphs/made?format=nt").text.startswith("<http://a/> ")
    assert put(client, "/graphs/made", data, bearer, media_type).status_code == 200


def test_direct_and_indirect_names_mean_one_graph(client, graph, bearer):
    put(client, "/graphs/one", TURTLE, bearer)
    iri = graph.settings.names.graph("one").value
    for url in (f"/graphs?graph={iri}", "/graphs?graph=http://localhost/graphs/one", "/graphs/one"):
        assert client.get(url, headers={"Accept": "application/n-triples"}).status_code == 200
    assert client.delete("/graphs/one", headers=bearer).status_code == 200
    assert client.get("/graphs/one").status_code == 404


def test_malformed_turtle_is_400_with_line_and_column_and_changes_nothing(client, graph, bearer):
    response = put(client, "/graphs/x", "<http://a/> <http://b/> 1 .\n<http://a/> b:c 2 .", bearer)
    assert response.status_code == 400
    assert (response.json["line"], response.json["column"]) == (2, 13)
    assert "prefix" in response.json["detail"]
    assert not graph.commits()


def test_another_media_type_is_415_with_those_accepted(client, bearer):
    response = put(client, "/graphs/x", "a,b", bearer, "text/csv")
    assert response.status_code == 415
    assert "text/turtle" in response.json["detail"]


@pytest.mark.parametrize("method", ["put", "post", "delete"])
def test_writes_need_a_token(client, graph, method):
    response = getattr(client, method)("/graphs/x", data=TURTLE, content_type="text/turtle")
    assert response.status_code == 401
    assert not graph.commits()


def test_patch_is_refused_with_the_way_to_do_it(client, bearer):
    response = client.patch("/graphs/x", data="", headers=bearer)
    assert response.status_code == 405
    assert "PATCH" not in response.headers["Allow"]
    assert "SPARQL Update" in response.json["detail"]


def test_a_dataset_posted_to_the_store_goes_to_the_graphs_it_names(client, graph, bearer):
    data = "<http://g/1> { <http://a/> <http://b/> 1 } <http://g/2> { <http://a/> <http://b/> 2 }"
    response = client.post("/graphs", data=data, headers=bearer, content_type="application/trig")
    assert response.status_code == 200
    assert graph.graph_names() == ["http://g/1", "http://g/2"]


def test_a_posted_graph_gets_a_name_that_can_be_fetched(client, bearer):
    response = client.post("/graphs", data=TURTLE, headers=bearer, content_type="text/turtle")
    assert response.status_code == 201
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_faulty_part_of_a_form_is_named_and_nothing_of_it_comes_in(client, graph, bearer):
    form = {
        "good": (io.BytesIO(TURTLE.encode()), "good.ttl", "text/turtle"),
        "bad": (io.BytesIO(b"<http://a/>\n nonsense"), "bad.ttl", "text/turtle"),
    }
    response = client.post(
        "/graphs/x", data=form, headers=bearer, content_type="multipart/form-data"
    )
    assert response.status_code == 400
    assert "bad.ttl" in response.json["detail"]
    assert response.json["line"] == 2
    assert not graph.commits()


def test_all_parts_of_a_form_are_one_commit_and_keep_their_blank_nodes_apart(client, graph, bearer):
    part = b"_:x <http://b/> 1 ."
    form = {name: (io.BytesIO(part), f"{name}.ttl", "text/turtle") for name in ("one", "two")}
    client.post("/graphs/x", data=form, headers=bearer, content_type="multipart/form-data")
    assert len(graph.commits()) == 1
    assert len(list(graph.graph(graph.settings.names.graph("x").value))) == 2


def test_an_absent_graph_is_404_and_so_is_its_deletion(client, bearer):
    assert client.get("/graphs/none").status_code == 404
    assert client.head("/graphs/none").status_code == 404
    assert client.delete("/graphs/none", headers=bearer).status_code == 404
