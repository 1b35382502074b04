// rule.cql as ELM, which is what cql-execution runs. Written by hand: the translator from CQL needs Java.
'use strict';

const FHIR = '{http://hl7.org/fhir}';
const SYSTEM = '{urn:hl7-org:elm-types:r1}';

const literal = (type, value) => ({ type: 'Literal', valueType: SYSTEM + type, value: String(value) });
const property = (scope, path) => ({ type: 'Property', scope, path });
const all = scope => ({ distinct: false, expression: { type: 'AliasRef', name: scope } });
const define = (name, expression) => ({ name, context: 'Patient', accessLevel: 'Public', expression });
const ref = name => ({ type: 'ExpressionRef', name });
const retrieve = (type, code) => ({
  type: 'Retrieve',
  dataType: FHIR + type,
  templateId: `http://hl7.org/fhir/StructureDefinition/${type}`,
  ...(code && { codeProperty: code, codeComparator: 'in', codes: { type: 'ValueSetRef', name: 'Drug', preserve: true } }),
});

const referring = {
  type: 'Query',
  source: [{ alias: 'O', expression: retrieve('MedicationRequest') }],
  relationship: [{
    type: 'With',
    alias: 'M',
    expression: ref('Stocked'),
    suchThat: {
      type: 'Equal',
      operand: [
        {
          type: 'Property',
          path: 'reference.value',
          source: { type: 'As', asType: `${FHIR}Reference`, operand: property('O', 'medication') },
        },
        { type: 'Concatenate', operand: [literal('String', 'Medication/'), property('M', 'id.value')] },
      ],
    },
  }],
  return: all('O'),
};

const found = {
  type: 'Query',
  source: [{ alias: 'O', expression: { type: 'Union', operand: [ref('Coded'), ref('Referring')] } }],
  relationship: [],
  where: {
    type: 'And',
    operand: [
      { type: 'Equal', operand: [property('O', 'status.value'), literal('String', 'active')] },
      {
        type: 'GreaterOrEqual',
        operand: [
          {
            type: 'CalculateAgeAt',
            precision: 'Year',
            operand: [
              { type: 'Property', path: 'birthDate.value', source: ref('Patient') },
              { type: 'DateFrom', operand: property('O', 'authoredOn.value') },
            ],
          },
          literal('Integer', 65),
        ],
      },
    ],
  },
  return: all('O'),
};

module.exports = {
  library: {
    identifier: { id: 'ElderlyOrders', version: '1' },
    schemaIdentifier: { id: 'urn:hl7-org:elm', version: 'r1' },
    usings: {
      def: [
        { localIdentifier: 'System', uri: 'urn:hl7-org:elm-types:r1' },
        { localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' },
      ],
    },
    valueSets: { def: [{ name: 'Drug', id: 'urn:orderlint:benchmark:drug', accessLevel: 'Public' }] },
    statements: {
      def: [
        define('Patient', { type: 'SingletonFrom', operand: retrieve('Patient') }),
        define('Coded', retrieve('MedicationRequest', 'medication')),
        define('Stocked', retrieve('Medication', 'code')),
        define('Referring', referring),
        define('Found', found),
      ],
    },
  },
};
