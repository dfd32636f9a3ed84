package ledger

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Names of the table's key attributes.
const (
	partitionKey = "pk"
	sortKey      = "sk"
)

// TableDefinition is the request that creates the table: the same keys and index
// as in the deployment's template, billed on demand.
func TableDefinition(table string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:   aws.String(table),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String(partitionKey), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String(sortKey), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String(attrListed), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String(attrListedAt), AttributeType: types.ScalarAttributeTypeS},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String(indexLists),
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String(attrListed), KeyType: types.KeyTypeHash},
				{AttributeName: aws.String(attrListedAt), KeyType: types.KeyTypeRange},
			},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String(partitionKey), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(sortKey), KeyType: types.KeyTypeRange},
		},
	}
}

// TimeToLive is the request that has DynamoDB delete what has expired, as in the
// deployment's template.
func TimeToLive(table string) *dynamodb.UpdateTimeToLiveInput {
	return &dynamodb.UpdateTimeToLiveInput{TableName: aws.String(table), TimeToLiveSpecification: &types.TimeToLiveSpecification{
		AttributeName: aws.String(attrExpiresAt), Enabled: aws.Bool(true),
	}}
}
