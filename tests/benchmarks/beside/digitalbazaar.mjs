// Signs and verifies with Digital Bazaar's library and says how much processor time it took.
//
// In, a line each:  {"work": "sign" | "verify", "credential": {…}, "times": 10}
// Out, a line each: {"seconds": 0.25}
//
// Started as `node --input-type=module --eval …` in tests/interop, where the library is.
// process.argv[1] is a file with {"documents": {url: document}, "controller": "did:…", "now": "…"}.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {createInterface} from 'node:readline';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import jsigs from 'jsonld-signatures';
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';

const {documents, controller, now} = JSON.parse(readFileSync(process.argv[1], 'utf8'));
const key = await Ed25519Multikey.generate({controller});

const documentLoader = jsigs.extendContextLoader(async url => {
  const [did] = url.split('#');
  const method = documents[did]?.verificationMethod?.find(({id}) => id === url);
  const document = method ?
    {'@context': 'https://w3id.org/security/multikey/v1', ...method} : documents[url];
  if(!document) {
    throw new Error(`not among the documents given: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
});

const works = {
  async sign(credential) {
    const suite = new DataIntegrityProof({signer: key.signer(), date: now, cryptosuite});
    await vc.issue({credential: structuredClone(credential), suite, documentLoader, now});
  },
  async verify(credential) {
    const suite = new DataIntegrityProof({cryptosuite});
    const {verified, error} = await vc.verifyCredential({credential, suite, documentLoader, now});
    if(!verified) {
      throw error;
    }
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const {work, credential, times} = JSON.parse(line);
  const before = process.cpuUsage();
  for(let done = 0; done < times; done++) {
    await works[work](credential);
  }
  const {user, system} = process.cpuUsage(before);
  console.log(JSON.stringify({seconds: (user + system) / 1e6}));
}
