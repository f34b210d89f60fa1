"use strict";

// The description of the API, readable, and to be tried with a key. Nothing is asked of another host, and a key is forgotten
// with the tab.
SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  supportedSubmitMethods: ["get"],
});
