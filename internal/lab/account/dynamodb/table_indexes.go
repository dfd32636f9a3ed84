package dynamodb

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// Quotas for the indexes of a table:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const (
	maxIndexes = 20
	maxNonKeys = 100 // for all indexes together
)

// newIndexes validates and returns a new table's indexes.
func (d *Tables) newIndexes(t *table, in []types.GlobalSecondaryIndex) (all []Index, err error) {
	if in != nil && len(in) == 0 {
		return nil, invalid("One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty")
	}
	nonKeys := 0
	for n, i := range in {
		if err := checkIndexFields(n, i); err != nil {
			return nil, err
		}
		if i.OnDemandThroughput != nil || i.WarmThroughput != nil {
			return nil, d.service.Unsupported(createTable, "throughput of index %s", *i.IndexName)
		}
		made, err := d.newIndex(t, i)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(other Index) bool { return other.Name == made.Name }) {
			return nil, invalid("One or more parameter values were invalid: Duplicate index name: %s", made.Name)
		}
		all, nonKeys = append(all, made), nonKeys+len(made.NonKeys)
	}
	if len(all) > maxIndexes || nonKeys > maxNonKeys {
		return nil, invalid("One or more parameter values were invalid: Number of indexes, or of their NonKeyAttributes, exceeds the limit: %d, %d", maxIndexes, maxNonKeys)
	}
	return all, nil
}

func checkIndexFields(n int, i types.GlobalSecondaryIndex) error {
	missing := smithy.InvalidParamsError{Context: fmt.Sprintf("CreateTableInput.GlobalSecondaryIndexes[%d]", n)}
	for name, is := range map[string]bool{"IndexName": i.IndexName == nil, "KeySchema": i.KeySchema == nil, "Projection": i.Projection == nil} {
		if is {
			missing.Add(smithy.NewErrParamRequired(name))
		}
	}
	if missing.Len() > 0 {
		return missing
	}
	return nil
}

func (d *Tables) newIndex(t *table, in types.GlobalSecondaryIndex) (i Index, err error) {
	if (t.billing == types.BillingModeProvisioned) != (in.ProvisionedThroughput != nil) {
		return i, invalid("One or more parameter values were invalid: ProvisionedThroughput must be specified for index: %s exactly when BillingMode is PROVISIONED", *in.IndexName)
	}
	i = Index{Name: aws.ToString(in.IndexName), Projection: in.Projection.ProjectionType, NonKeys: in.Projection.NonKeyAttributes}
	if i.Hash, i.Range, err = t.schema(in.KeySchema); err != nil {
		return i, err
	}
	for _, name := range i.keys() {
		if t.keyTypes[name] != "S" && !slices.Contains(t.keys(), name) {
			return i, d.service.Unsupported(createTable, "key %s of index %s, which is no string", name, i.Name)
		}
	}
	switch {
	case !slices.Contains(types.ProjectionType("").Values(), i.Projection):
		return i, invalid("One or more parameter values were invalid: Unknown ProjectionType: %s", i.Projection)
	case (i.Projection == types.ProjectionTypeInclude) != (len(i.NonKeys) > 0):
		return i, invalid("One or more parameter values were invalid: ProjectionType is %s, and NonKeyAttributes are specified exactly for INCLUDE", i.Projection)
	}
	return i, nil
}
