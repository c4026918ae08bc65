// Verifies one credential with Digital Bazaar's library: JSON in on stdin, JSON out on stdout.
//
// In:  {"credential": {…}, "documents": {url: document, …}, "now": "2026-11-23T12:00:00Z"}
// Out: {"verified": true} or {"verified": false, "reasons": ["…"]}
//
// Nothing is fetched: what is not among the documents does not exist. A key ("did#key") is taken
// from its DID document. Status lists are not looked at; whether a badge is revoked is not asked here.
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import jsigs from 'jsonld-signatures';
import {text} from 'node:stream/consumers';
import * as vc from '@digitalbazaar/vc';

const {credential, documents, now} = JSON.parse(await text(process.stdin));

function keyDocument(url) {
  const [did] = url.split('#');
  const method = documents[did]?.verificationMethod?.find(({id}) => id === url);
  return method && {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}

const documentLoader = jsigs.extendContextLoader(async url => {
  const document = url.includes('#') ? keyDocument(url) : documents[url];
  if(!document) {
    throw new Error(`not among the documents given: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
});

const result = await vc.verifyCredential({
  credential,
  now,
  suite: new DataIntegrityProof({cryptosuite}),
  documentLoader,
  checkStatus: async () => ({verified: true})
});

function reasons(error) {
  const inner = (error?.errors ?? []).flatMap(reasons);
  return error ? [error.message, error.cause?.message, ...inner].filter(Boolean) : [];
}

console.log(JSON.stringify({verified: result.verified, reasons: reasons(result.error)}));
