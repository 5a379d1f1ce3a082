// The vault of the keys that signing secrets are encrypted with and reconnect tokens are signed with. The app makes and rotates them.

@description('Required. Its name.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. The region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Whether it cannot be purged.')
param protectKeys bool

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: protectKeys ? 90 : 7
    // Absent, not false: what was protected once cannot be unprotected, and false would be refused.
    enablePurgeProtection: protectKeys ? true : null
  }
}

@description('Its name.')
output name string = vault.name

@description('Its address.')
output uri string = vault.properties.vaultUri
