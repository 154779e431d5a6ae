import { expect, test } from "vitest";
import { pointIdOf } from "./point-id.js";

// Made by Python: uuid.uuid5(uuid.UUID("b4d7c3c9-bbd9-468c-9c50-5b4568536df2"), id)
test.each([
  ["whale", "3c0e78be-9540-5d20-9fab-2a6196757216"],
  ["", "040967ed-5038-5572-b0d8-45d8da4f2f8d"],
  ["鯨 🐋", "ec6c1a27-0c70-598a-9827-8f38d76203b1"],
  ["a/b", "2b58ee1b-ebe5-544f-8636-913d4378e208"],
])("the point of %j is %s, as others make UUIDs of version 5", async (id, expected) => {
  expect(await pointIdOf(id)).toBe(expected);
});
