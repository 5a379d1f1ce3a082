// The workbook that an operator opens first: the rates, one session if it is asked for, and the parts of workbook-parts.bicep.

import { sections } from 'workbook-parts.bicep'

@description('Where the workbook is stored.')
param location string

@description('Tags of the workbook.')
param tags object

@description('Resource id of the Log Analytics workspace that the app\'s logs and metrics arrive in.')
param workspaceId string

@description('Name of the resource, a GUID. The same name updates the same workbook.')
param name string = guid(resourceGroup().id, 'lifecycle-workbook')

@description('What the workbook is called in the portal.')
param displayName string = 'Lifecycle'

var workspaces = 'microsoft.operationalinsights/workspaces'
var hour = 3600000

var parameters = {
  type: 9
  name: 'parameters'
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    queryType: 0
    resourceType: workspaces
    parameters: [
      {
        id: guid('lifecycle', 'TimeRange')
        version: 'KqlParameterItem/1.0'
        name: 'TimeRange'
        label: 'Time range'
        type: 4
        isRequired: true
        value: { durationMs: 24 * hour }
        typeSettings: {
          allowCustom: true
          selectableValues: map([1, 4, 12, 24, 72, 168, 336, 720], hours => { durationMs: hours * hour })
        }
      }
      {
        id: guid('lifecycle', 'Session')
        version: 'KqlParameterItem/1.0'
        name: 'Session'
        label: 'Session (session:package)'
        type: 1
        value: ''
      }
    ]
  }
}

var ratesNow = {
  type: 3
  name: 'rates'
  content: {
    version: 'KqlItem/1.0'
    query: loadTextContent('../../kql/rates.kql')
    size: 4
    timeContextFromParameter: 'TimeRange'
    queryType: 0
    resourceType: workspaces
    crossComponentResources: [workspaceId]
    visualization: 'tiles'
    tileSettings: {
      titleContent: { columnMatch: 'Rate', formatter: 1 }
      leftContent: { columnMatch: 'Value', formatter: 1 }
      secondaryContent: { columnMatch: 'Basis', formatter: 1 }
      showBorder: true
    }
  }
}

var oneSession = {
  type: 3
  name: 'session-trace'
  conditionalVisibility: { parameterName: 'Session', comparison: 'isNotEqualTo', value: '' }
  content: {
    version: 'KqlItem/1.0'
    title: 'What happened to {Session}'
    query: loadTextContent('../../kql/session-trace.kql')
    size: 0
    timeContextFromParameter: 'TimeRange'
    queryType: 0
    resourceType: workspaces
    crossComponentResources: [workspaceId]
    visualization: 'table'
  }
}

var introduction = '# Lifecycle\n\nHow well app sessions survive the loss of their socket. The tiles are of the whole time range; "none" means that nothing happened that could be divided by. Enter a session to see all that happened to it.'

// A part: its sentence and what is drawn, in a group of half the width.
var sectionItems = map(
  sections,
  section =>
    concat(
      [{ type: 1, name: '${section.name}-heading', content: { json: section.heading } }],
      map(section.parts, part => {
        type: 12
        name: '${part.name}-group'
        customWidth: '50'
        content: {
          version: 'NotebookGroup/1.0'
          groupType: 'editable'
          items: [
            { type: 1, name: '${part.name}-text', content: { json: '### ${part.title}\n\n${part.how}' } }
            {
              type: 3
              name: part.name
              content: {
                version: 'KqlItem/1.0'
                query: part.query
                size: 0
                timeContextFromParameter: 'TimeRange'
                queryType: 0
                resourceType: workspaces
                crossComponentResources: [workspaceId]
                visualization: part.chart
                chartSettings: {
                  ySettings: {
                    min: 0
                    numberFormatSettings: { unit: part.unit, options: { style: 'decimal', useGrouping: true } }
                  }
                }
              }
            }
          ]
        }
      })
    )
)

var workbook = {
  version: 'Notebook/1.0'
  items: concat(
    [{ type: 1, name: 'introduction', content: { json: introduction } }, parameters, ratesNow, oneSession],
    flatten(sectionItems)
  )
  fallbackResourceIds: [workspaceId]
  '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
}

resource lifecycle 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: workspaceId
    serializedData: string(workbook)
  }
}

@description('Resource id of the workbook.')
output id string = lifecycle.id
