// `Object` is an `OrderedDictionary`: whoever imports this module can use its members without another import.
@_exported public import OrderedCollections
