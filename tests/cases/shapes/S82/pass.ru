# Two captures of two copies.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  s:again a kg:Capture ;
      kg:sha256 "2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c" ;
      kg:capturedAt "2022-10-02T09:00:00Z"^^xsd:dateTime ;
      kg:collectedBy s:publisher ;
      kg:captureTool "browser" ;
      kg:cachedAt <https://example.org/report.html> ;
      kg:mediaType "text/html" ;
      kg:collectionNote "Saved again."@en .
}
