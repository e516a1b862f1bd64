import type { Dice } from './dice.ts';

/** Names that a Colombian or Panamanian reader finds natural. Every business is invented. */

const WOMEN = [
  'María',
  'Ana',
  'Luz',
  'Claudia',
  'Paola',
  'Diana',
  'Sandra',
  'Carolina',
  'Natalia',
  'Andrea',
  'Laura',
  'Valentina',
  'Camila',
  'Daniela',
  'Juliana',
  'Adriana',
  'Martha',
  'Gloria',
  'Yolanda',
  'Leidy',
  'Marcela',
  'Liliana',
  'Tatiana',
  'Catalina',
] as const;
const MEN = [
  'Juan',
  'Carlos',
  'Andrés',
  'Luis',
  'Jorge',
  'Diego',
  'Camilo',
  'Santiago',
  'Felipe',
  'Óscar',
  'Mauricio',
  'Julián',
  'Hernán',
  'Édgar',
  'Wilson',
  'Fabio',
  'Nelson',
  'Iván',
  'Germán',
  'Ricardo',
  'Sebastián',
  'Álvaro',
  'Gustavo',
  'Rafael',
] as const;
const SECOND_WOMEN = [
  'Fernanda',
  'Patricia',
  'Marcela',
  'Isabel',
  'Cristina',
  'Lucía',
  'Milena',
  'del Pilar',
  'Elena',
  'Beatriz',
  'Inés',
  'Teresa',
] as const;
const SECOND_MEN = [
  'Carlos',
  'David',
  'Alberto',
  'Enrique',
  'Eduardo',
  'Manuel',
  'Fernando',
  'Camilo',
  'Alejandro',
  'Antonio',
  'Esteban',
  'Augusto',
] as const;
const SURNAMES = [
  'Rodríguez',
  'Gómez',
  'González',
  'Martínez',
  'García',
  'López',
  'Hernández',
  'Sánchez',
  'Ramírez',
  'Pérez',
  'Díaz',
  'Muñoz',
  'Rojas',
  'Moreno',
  'Jiménez',
  'Vargas',
  'Castro',
  'Ortiz',
  'Suárez',
  'Gutiérrez',
  'Restrepo',
  'Zapata',
  'Ospina',
  'Cárdenas',
  'Quintero',
  'Valencia',
  'Arango',
  'Mejía',
  'Botero',
  'Henao',
  'Cortés',
  'Salazar',
  'Duque',
  'Rincón',
  'Pardo',
  'Ariza',
  'Barrios',
  'Padilla',
  'Buitrago',
  'Echeverri',
  'Montoya',
  'Escobar',
  'Caicedo',
  'Mosquera',
  'Murillo',
  'Patiño',
  'Calderón',
  'Navarro',
  'Peñaloza',
  'Uribe',
  'Lozano',
  'Bermúdez',
  'Franco',
  'Acosta',
  'Villamizar',
  'Contreras',
  'Serrano',
  'Pinzón',
  'Galindo',
  'Camargo',
] as const;
const TRADES = [
  'Transportes',
  'Distribuciones',
  'Ferretería',
  'Comercializadora',
  'Constructora',
  'Inversiones',
  'Alimentos',
  'Confecciones',
  'Agropecuaria',
  'Laboratorios',
  'Textiles',
  'Metalmecánica',
  'Panificadora',
  'Droguerías',
  'Autopartes',
  'Ingeniería',
  'Floricultivos',
  'Empaques',
  'Maderas',
  'Plásticos',
  'Logística',
  'Clínica',
  'Colegio',
  'Conjunto Residencial',
  'Cooperativa',
  'Hotel',
] as const;
const CALLED = [
  'La Sabana Alta',
  'El Encenillo',
  'Los Yarumos',
  'Monteverde del Sur',
  'Guadual',
  'Altos del Frailejón',
  'El Cedral',
  'Río Claro del Norte',
  'La Ceiba Blanca',
  'El Samán',
  'San Isidro Real',
  'Tres Esquinas',
  'El Guayacán',
  'Puerto Arrayán',
  'Valle del Ocaso',
  'Las Acacias',
  'Nueva Caldera',
  'Piedra Pintada',
  'La Quebrada',
  'El Totumo',
  'Villa Aurora',
  'Los Almendros',
  'El Mirador de Usme',
  'Campo Hermoso',
  'Bahía Serena',
  'El Trapiche Viejo',
  'Santa Elvira',
  'Loma Redonda',
  'El Carriel',
  'Aguas Mansas',
] as const;
const FORMS = ['S.A.S.', 'S.A.S.', 'S.A.S.', 'Ltda.', 'S.A.', 'y Cía. S. en C.'] as const;
const PANAMA_FORMS = ['S.A.', 'S.A.', 'Inc.', 'Corp.'] as const;
const BODIES = [
  'Alcaldía Municipal de',
  'E.S.E. Hospital de',
  'Empresa de Servicios Públicos de',
  'Instituto de Vivienda de',
  'Institución Universitaria de',
  'Concejo Municipal de',
] as const;
const TOWNS = [
  'San Jacinto del Valle',
  'Puerto Esperanza',
  'Villa Clara',
  'Los Cámbulos',
  'Santa Rita de Oriente',
  'El Retén Viejo',
  'Piedras Blancas',
  'La Unión del Norte',
  'Bellavista',
  'San Roque Alto',
  'Palmarito',
  'Aguablanca',
] as const;
const NATIONAL = [
  'Agencia Nacional de Caminos Rurales',
  'Instituto Nacional de Semillas',
  'Fondo Nacional de Archivos',
  'Unidad Nacional de Puertos Fluviales',
  'Dirección Nacional de Museos',
  'Servicio Nacional de Meteorología Agrícola',
  'Centro Nacional de Metrología Rural',
  'Superintendencia de Acueductos Rurales',
] as const;
const PANAMA_STATE = [
  'Autoridad de Caminos de Tierra Firme',
  'Instituto Panameño de Semillas',
  'Junta Comunal de Río Manso',
  'Municipio de Bahía Serena',
] as const;

export function personName(dice: Dice): string {
  const woman = dice.chance(0.52);
  const first = dice.pick(woman ? WOMEN : MEN);
  const second = dice.chance(0.6) ? ` ${dice.pick(woman ? SECOND_WOMEN : SECOND_MEN)}` : '';
  return `${first}${second} ${dice.pick(SURNAMES)} ${dice.pick(SURNAMES)}`;
}

export function businessName(dice: Dice, country: 'CO' | 'PA'): string {
  const called = dice.chance(0.7) ? dice.pick(CALLED) : `${dice.pick(SURNAMES)} ${dice.pick(SURNAMES)}`;
  return `${dice.pick(TRADES)} ${called} ${dice.pick(country === 'PA' ? PANAMA_FORMS : FORMS)}`;
}

export function stateName(dice: Dice, country: 'CO' | 'PA', nation: boolean): string {
  if (country === 'PA') return dice.pick(PANAMA_STATE);
  return nation ? dice.pick(NATIONAL) : `${dice.pick(BODIES)} ${dice.pick(TOWNS)}`;
}

export function brokerageName(dice: Dice, kind: 'AGENCY' | 'BROKER'): string {
  const surname = dice.pick(SURNAMES);
  return kind === 'AGENCY'
    ? `${dice.pick(['Agencia de Seguros', 'Asesores en Seguros', 'Agencia'])} ${surname} ${dice.pick(SURNAMES)} Ltda.`
    : `Corredores ${dice.pick(CALLED)} S.A.`;
}

/** Letters that an e-mail address may hold. */
export function plainLetters(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^a-zA-Z ]/g, '')
    .toLowerCase();
}
