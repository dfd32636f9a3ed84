package dynamodb

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (t *table) describe(d *Tables) *types.TableDescription {
	out := &types.TableDescription{
		TableName: &t.name, TableStatus: types.TableStatusActive, TableArn: aws.String(d.service.ARN("dynamodb", "table/"+t.name)),
		CreationDateTime: &t.made, ItemCount: aws.Int64(int64(t.items.count)),
		BillingModeSummary: &types.BillingModeSummary{BillingMode: t.billing},
	}
	out.KeySchema = keySchema(t.keys())
	for _, name := range t.allKeys() {
		out.AttributeDefinitions = append(out.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(name), AttributeType: types.ScalarAttributeType(t.keyTypes[name]),
		})
	}
	for _, i := range t.indexes {
		out.GlobalSecondaryIndexes = append(out.GlobalSecondaryIndexes, t.describeIndex(i, *out.TableArn))
	}
	return out
}

func keySchema(keys []string) (schema []types.KeySchemaElement) {
	kinds := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}
	for i, name := range keys {
		schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(name), KeyType: kinds[i]})
	}
	return schema
}

func (t *table) describeIndex(i Index, tableARN string) types.GlobalSecondaryIndexDescription {
	holds := int64(0)
	for _, partition := range t.items.indexes[i.Name] {
		holds += int64(len(partition))
	}
	kind := i.Projection
	if kind == "" {
		kind = types.ProjectionTypeAll
	}
	return types.GlobalSecondaryIndexDescription{
		IndexName: &i.Name, IndexArn: aws.String(tableARN + "/index/" + i.Name), IndexStatus: types.IndexStatusActive,
		ItemCount: &holds, KeySchema: keySchema(i.keys()),
		Projection: &types.Projection{ProjectionType: kind, NonKeyAttributes: slices.Clone(i.NonKeys)},
	}
}
