import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import type { ThirdParty } from './packages.ts';

type Subject = Omit<ThirdParty, 'texts'>;

/** The same bytes for the same packages: neither a time nor a serial number is in it. */
export function toSbom(product: Subject, packages: readonly ThirdParty[]): string {
  const component = toComponent(Enums.ComponentType.Application, product);
  const components = packages.map((found) => toComponent(Enums.ComponentType.Library, found));
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component }),
    components: new Models.ComponentRepository(components),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  // A bundle does not tell who needs whom, and an empty list would say that nobody needs anybody.
  const { dependencies: _unknown, ...known } = JSON.parse(serializer.serialize(bom, { sortLists: true }));
  return JSON.stringify(known);
}

function toComponent(type: Enums.ComponentType, { name, version, license }: Subject): Models.Component {
  const [, group, own = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const purl = new PackageURL('npm', group, own, version, undefined, undefined).toString();
  return new Models.Component(type, own, {
    ...(group !== undefined && { group }),
    version,
    purl,
    bomRef: purl,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(license)]),
  });
}
