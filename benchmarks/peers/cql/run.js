// One rule by cql-execution and cql-exec-fhir on some patients of an export, and the same rule by hand.
//
//     node run.js EXPORT CODES [--patients 1000]
//
// Takes the first patients of Patient.000.ndjson. Their bundles (the patient, everything about them, the
// Medications that their orders name) are put together before the clock starts: this engine wants bundles.
// The clock has JSON.parse and the rule. The time for the whole export is extrapolated by bytes.
'use strict';

const fs = require('fs');
const path = require('path');
const readline = require('readline');
const { performance } = require('perf_hooks');

const DRUG = 'baclofen';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

async function bundles(folder, many) {
  const about = new Map();
  const medications = new Map();
  let bytes = 0;
  const names = fs.readdirSync(folder).filter(n => n.endsWith('.ndjson')).sort((a, b) => rank(a) - rank(b));
  for (const name of names) {
    bytes += fs.statSync(path.join(folder, name)).size;
    for await (const line of readline.createInterface({ input: fs.createReadStream(path.join(folder, name)) })) {
      if (name.startsWith('Medication.')) {
        medications.set(JSON.parse(line).id, line);
      } else if (name.startsWith('Patient.')) {
        if (about.size === many) break;
        about.set(JSON.parse(line).id, [line]);
      } else {
        about.get(/"subject":\{"reference":"Patient\/([^"]+)"/.exec(line)?.[1])?.push(line);
      }
    }
  }
  const texts = [...about.values()].map(lines => {
    const named = new Set(lines.join().match(/(?<="Medication\/)[^"]+/g));
    const held = [...lines, ...[...named].map(id => medications.get(id))].map(line => `{"resource":${line}}`);
    return { text: `{"resourceType":"Bundle","type":"collection","entry":[${held.join()}]}`, resources: held.length };
  });
  return { texts, bytes };
}

// Medications and patients come before what names them.
function rank(name) {
  return name.startsWith('Medication.') ? 0 : name.startsWith('Patient.') ? 1 : 2;
}

async function byEngine(texts, drugCodes) {
  const cql = require('cql-execution');
  const { PatientSource } = require('cql-exec-fhir');
  const codes = [...drugCodes].map(code => ({ code, system: RXNORM, version: '1' }));
  const service = new cql.CodeService({ 'urn:orderlint:benchmark:drug': { 1: codes } });
  const executor = new cql.Executor(new cql.Library(require('./rule.js')), service);
  const source = PatientSource.FHIRv401();
  let found = 0;
  const begin = performance.now();
  for (const text of texts) {
    source.reset();
    source.loadBundles([JSON.parse(text)]);
    const results = await executor.exec(source);
    for (const result of Object.values(results.patientResults)) found += result.Found.length;
  }
  return { found, seconds: (performance.now() - begin) / 1000 };
}

function byHand(texts, drugCodes) {
  let found = 0;
  const begin = performance.now();
  for (const text of texts) {
    const held = JSON.parse(text).entry.map(entry => entry.resource);
    const has = concept => concept?.coding?.some(c => c.system === RXNORM && drugCodes.has(c.code));
    const stocked = new Set(held.filter(r => r.resourceType === 'Medication' && has(r.code)).map(r => `Medication/${r.id}`));
    const { birthDate } = held.find(r => r.resourceType === 'Patient');
    for (const order of held) {
      if (order.resourceType !== 'MedicationRequest' || order.status !== 'active') continue;
      if (!has(order.medicationCodeableConcept) && !stocked.has(order.medicationReference?.reference)) continue;
      const day = order.authoredOn.slice(0, 10);
      const age = day.slice(0, 4) - birthDate.slice(0, 4) - (day.slice(5) < birthDate.slice(5));
      found += age >= 65;
    }
  }
  return { found, seconds: (performance.now() - begin) / 1000 };
}

async function main() {
  const [folder, codesFile, ...options] = process.argv.slice(2);
  const at = options.indexOf('--patients');
  const many = at < 0 ? 1000 : Number(options[at + 1]);
  const drugs = JSON.parse(fs.readFileSync(codesFile, 'utf8')).drugs;
  const drugCodes = new Set(Object.keys(drugs).filter(code => drugs[code].includes(DRUG)));
  const held = await bundles(folder, many);
  const texts = held.texts.map(one => one.text);
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const engine = await byEngine(texts, drugCodes);
  const hand = byHand(texts, drugCodes);
  if (engine.found !== hand.found) throw new Error(`CQL finds ${engine.found} orders, by hand ${hand.found}`);
  console.log(JSON.stringify({
    peer: 'cql',
    patients: texts.length,
    rows: held.texts.reduce((sum, one) => sum + one.resources, 0),
    found: engine.found,
    mb: +(size / 1e6).toFixed(1),
    seconds: +engine.seconds.toFixed(3),
    hand_seconds: +hand.seconds.toFixed(3),
    extrapolated_seconds: +(engine.seconds * held.bytes / size).toFixed(1),
  }));
}

main();
