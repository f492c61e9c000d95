import { deflateRawSync } from "node:zlib";

/** A solution file as Dataverse exports it: a ZIP archive with a solution.xml. */
export function solutionFile(solution: string, version: string, isManaged: boolean): Buffer {
  const xml =
    `<?xml version="1.0" encoding="utf-8"?><ImportExportXml version="9.2"><SolutionManifest>` +
    `<UniqueName>${solution}</UniqueName><Version>${version}</Version><Managed>${isManaged ? 1 : 0}</Managed>` +
    `</SolutionManifest></ImportExportXml>`;
  const name = Buffer.from("solution.xml");
  const data = deflateRawSync(xml);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(xml.length, 8);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  sizes.copy(local, 14);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 6);
  central.writeUInt16LE(8, 10);
  sizes.copy(central, 16);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + data.length, 16);
  return Buffer.concat([local, name, data, central, name, end]);
}
